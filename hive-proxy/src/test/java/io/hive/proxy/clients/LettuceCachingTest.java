package io.hive.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.relay.Leaks;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What an application keeps of what it has read, with Lettuce. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.hive.proxy.clients.Setting#resp3Only")
@ExtendWith(Leaks.class)
class LettuceCachingTest {
    private final Setting setting;
    private final Scene scene;
    private final StatefulRedisConnection<String, String> connection;
    private final RedisCommands<String, String> other;
    private final Map<String, String> kept = new ConcurrentHashMap<>();

    LettuceCachingTest(Setting setting) {
        this.setting = setting;
        scene = new Scene(setting);
        LettuceClient client = scene.keep(new LettuceClient(scene));
        connection = client.connect();
        other = client.connect().sync();
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void forgetsWhatChangedAndAllOfAMasterThatIsLost() {
        // Lettuce's own listener does not know the message that all is void.
        connection.addListener(message -> {
            if (message.getType().equals("invalidate")
                    && message.getContent(StringCodec.UTF8::decodeKey).get(1) == null) {
                kept.clear();
            }
        });
        CacheFrontend<String, String> cache =
                ClientSideCaching.enable(
                        CacheAccessor.forMap(kept), connection, TrackingArgs.Builder.enabled());
        other.set("a", "1");
        other.set("b", "1");
        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(cache.get("b")).isEqualTo("1");
        assertThat(kept).containsOnlyKeys("a", "b");
        other.set("a", "2");
        scene.await("it is forgotten", () -> !kept.containsKey("a"));
        assertThat(cache.get("a")).isEqualTo("2");
        scene.change().onTheNextMaster(redis -> redis.command("SET", "a", "3")).run();
        scene.await("it is forgotten", () -> !kept.containsKey("a"));
        if (setting.changes()) {
            scene.await("the other is, too", kept::isEmpty);
        }
        assertThat(cache.get("a")).isEqualTo("3");
        other.set("a", "4");
        scene.await("it is forgotten", () -> !kept.containsKey("a"));
        assertThat(cache.get("a")).isEqualTo("4");
        assertThat(cache.get("b")).isEqualTo("1");
        other.flushall();
        scene.await("all is forgotten", kept::isEmpty);
        assertThat(connection.sync().mget("a", "b")).allMatch(value -> !value.hasValue());
        assertThat(List.copyOf(kept.keySet())).isEmpty();
    }

    @Test
    void aPrefixIsWatchedForEverybodysChanges() {
        CacheFrontend<String, String> cache =
                ClientSideCaching.enable(
                        CacheAccessor.forMap(kept),
                        connection,
                        TrackingArgs.Builder.enabled().bcast().prefixes("p:"));
        other.set("p:1", "1");
        assertThat(cache.get("p:1")).isEqualTo("1");
        scene.change().run();
        // It may have been forgotten with the master.
        assertThat(cache.get("p:1")).isEqualTo("1");
        scene.await(
                "the master knows of it",
                () -> scene.direct().info("clients").get("tracking_clients").equals("1"));
        other.set("p:1", "2");
        scene.await("it is forgotten", () -> !kept.containsKey("p:1"));
        assertThat(cache.get("p:1")).isEqualTo("2");
    }
}
