import io.hive.proxy.demo.RedisBinary;
import io.hive.proxy.demo.RedisConnection;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the figures were measured on. */
final class Machine {
    /** Settings of the environment that the sidecars take over and that change figures. */
    private static final List<String> SETTINGS =
            List.of("HIVE_EVENT_LOOPS", "HIVE_TRANSPORT", "HIVE_MAX_CLIENTS", "HIVE_JAVA_OPTS");

    private Machine() {}

    static Map<String, Object> describe(Pod pod, Path benchmark, Path haproxy, Path nutcracker)
            throws IOException {
        Map<String, Object> machine = new LinkedHashMap<>();
        String model = Proc.line(Path.of("/proc/cpuinfo"), "model name");
        machine.put("processors", Runtime.getRuntime().availableProcessors());
        machine.put("model", model.substring(model.indexOf(':') + 1).strip());
        machine.put(
                "memoryMegabytes",
                1024 * Proc.field(Path.of("/proc/meminfo"), "MemTotal:") / 1_000_000);
        machine.put("kernel", Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
        machine.put("loadAverage", loadAverage());
        try (RedisConnection redis = pod.redis()) {
            machine.put(
                    "redis",
                    redis.info("server").get("redis_version")
                            + " ("
                            + RedisBinary.find().origin()
                            + ")");
        }
        machine.put("redis-benchmark", version(benchmark, "--version"));
        machine.put("haproxy", haproxy == null ? "none" : version(haproxy, "-v"));
        machine.put("twemproxy", nutcracker == null ? "none" : version(nutcracker, "-V"));
        machine.put("java", Runtime.version().toString());
        machine.put("sidecarFlags", System.getProperty("hive.jvm.flags").strip());
        SETTINGS.forEach(name -> {
            if (System.getenv(name) != null) {
                machine.put(name, System.getenv(name));
            }
        });
        return machine;
    }

    /** Programs that were ready to run in the last minute, on average. */
    static double loadAverage() throws IOException {
        return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    /** The first line that a program writes when it is asked. */
    private static String version(Path program, String option) throws IOException {
        Process process =
                new ProcessBuilder(program.toString(), option).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return text.lines().findFirst().orElse("?");
    }
}
