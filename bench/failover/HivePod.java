import io.hive.proxy.admin.Status;
import io.hive.proxy.admin.StatusJson;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.demo.SidecarProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Redis and its sidecar, on a loopback address of their own. */
final class HivePod implements AutoCloseable {
    static final String DNS_NAME = "hive.bench.internal.";
    static final int REDIS_PORT = 6379;
    static final int PROXY_PORT = 7000;
    private static final int ADMIN_PORT = 8080;
    private static final int HTTP_MILLIS = 2000;

    final String address;
    final RedisServer redis;
    final SidecarProcess sidecar;

    HivePod(String address, String dns, Path logs, String... redisArguments) {
        this.address = address;
        List<String> arguments = new ArrayList<>(List.of("--bind-source-addr", address));
        arguments.addAll(List.of(redisArguments));
        redis =
                RedisServer.at(address, REDIS_PORT)
                        .arguments(arguments.toArray(String[]::new))
                        .start();
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("HIVE_ADDRESS", address);
        settings.put("HIVE_BIND", address);
        settings.put("HIVE_REDIS_HOST", address);
        settings.put("HIVE_DNS_NAME", DNS_NAME);
        settings.put("HIVE_DNS_SERVER", dns);
        sidecar =
                new SidecarProcess(
                        List.of("io.hive.proxy.Main", "run"),
                        settings,
                        "http://" + address + ":" + ADMIN_PORT,
                        logs.resolve(address + ".log"));
        sidecar.launch();
    }

    boolean leads() {
        return "master".equals(replication().get("role"));
    }

    boolean follows(HivePod leader) {
        Map<String, String> info = replication();
        return "slave".equals(info.get("role"))
                && leader.address.equals(info.get("master_host"))
                && "up".equals(info.get("master_link_status"));
    }

    private Map<String, String> replication() {
        try (RedisConnection connection =
                RedisConnection.open(address, REDIS_PORT, Duration.ofMillis(1000))) {
            return connection.info("replication");
        } catch (RuntimeException e) {
            return Map.of();
        }
    }

    /** What its sidecar says, or null while it says nothing. */
    Status status() {
        Answer answer = http("GET", "/api/status", HTTP_MILLIS);
        return answer.code == 200 ? StatusJson.read(answer.body) : null;
    }

    boolean inSync() {
        return http("GET", "/readyz", HTTP_MILLIS).body.contains("the local Redis is");
    }

    record Answer(int code, String body) {}

    /** Code 0 where nobody answers. */
    Answer http(String method, String path, int millis) {
        HttpURLConnection connection = null;
        try {
            connection =
                    (HttpURLConnection)
                            URI.create("http://" + address + ":" + ADMIN_PORT + path)
                                    .toURL()
                                    .openConnection();
            connection.setRequestMethod(method);
            connection.setConnectTimeout(millis);
            connection.setReadTimeout(millis);
            int code = connection.getResponseCode();
            try (var body =
                    code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
                return new Answer(
                        code,
                        body == null
                                ? ""
                                : new String(body.readAllBytes(), StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            return new Answer(0, "");
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }

    @Override
    public void close() {
        sidecar.close();
        redis.thaw();
        redis.close();
    }
}
