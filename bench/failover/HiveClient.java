import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import java.time.Duration;

/** Knows one address, that of its pod's sidecar, and nothing of failovers. */
final class HiveClient implements Client {
    private static final Duration REPLY = Duration.ofSeconds(20);

    private final String address;
    private RedisConnection connection;

    HiveClient(String address) {
        this.address = address;
    }

    @Override
    public boolean write(String key, String value) {
        try {
            if (connection == null) {
                connection = RedisConnection.open(address, HivePod.PROXY_PORT, REPLY);
            }
            return "OK".equals(connection.command("SET", key, value));
        } catch (RedisReplyException e) {
            // Hive says that it did not run, or that it is not known: tried again at once
            return false;
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }
}
