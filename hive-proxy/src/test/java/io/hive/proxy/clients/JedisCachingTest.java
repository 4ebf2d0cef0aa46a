package io.hive.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.relay.Leaks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.csc.DefaultCache;

/** What an application keeps of what it has read, with Jedis. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.hive.proxy.clients.Setting#resp3Only")
@ExtendWith(Leaks.class)
class JedisCachingTest {
    private final Scene scene;
    private final Setting setting;

    JedisCachingTest(Setting setting) {
        this.setting = setting;
        scene = new Scene(setting);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void forgetsWhatChangedAndAllOfAMasterThatIsLost() {
        JedisClients clients = new JedisClients(scene);
        AnyRedis cache = new AnyRedis();
        RedisClient caching = clients.caching(cache);
        Jedis other = clients.connect();
        other.set("a", "1");
        other.set("b", "1");
        assertThat(caching.get("a")).isEqualTo("1");
        assertThat(caching.get("b")).isEqualTo("1");
        assertThat(caching.get("b")).isEqualTo("1");
        assertThat(cache.getStats().getHitCount()).isEqualTo(1);
        other.set("a", "2");
        // Jedis looks for messages when it is asked for something that it keeps.
        scene.await("it is forgotten", () -> "2".equals(caching.get("a")));
        scene.change().onTheNextMaster(redis -> redis.command("SET", "a", "3")).run();
        scene.await("it is forgotten", () -> "3".equals(caching.get("a")));
        if (setting.changes()) {
            assertThat(cache.getSize()).as("what was kept of the lost master, too").isEqualTo(1);
        }
        other.set("a", "4");
        scene.await("it is forgotten", () -> "4".equals(caching.get("a")));
        assertThat(caching.get("b")).isEqualTo("1");
        other.flushAll();
        scene.await("all is forgotten", () -> caching.get("a") == null);
        assertThat(caching.get("b")).isNull();
    }

    /** Jedis asks for Redis 7.4 by default; an older one speaks the same. */
    private static final class AnyRedis extends DefaultCache {
        AnyRedis() {
            super(1000);
        }

        @Override
        public boolean compatibilityMode() {
            return true;
        }
    }
}
