import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.masterreplica.MasterReplica;
import io.lettuce.core.masterreplica.StatefulRedisMasterReplicaConnection;
import java.time.Duration;
import java.util.List;

/** Lettuce as an application would use it with Sentinel, with a command timeout of a second. */
final class LettuceClient implements Client {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    private final RedisClient client = RedisClient.create();
    private final RedisURI uri;
    private StatefulRedisMasterReplicaConnection<String, String> connection;

    LettuceClient(List<String> sentinels) {
        RedisURI.Builder builder = RedisURI.builder().withSentinelMasterId(SentinelPod.MASTER);
        sentinels.forEach(
                sentinel -> builder.withSentinel(sentinel, SentinelPod.SENTINEL_PORT));
        uri = builder.withTimeout(TIMEOUT).build();
    }

    @Override
    public boolean write(String key, String value) {
        if (connection == null) {
            connection = MasterReplica.connect(client, StringCodec.UTF8, uri);
        }
        return "OK".equals(connection.sync().set(key, value));
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
