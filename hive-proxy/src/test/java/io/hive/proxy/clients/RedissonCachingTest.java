package io.hive.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.relay.Leaks;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.redisson.api.RBucket;
import org.redisson.api.RClientSideCaching;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.ClientSideCachingOptions;

/**
 * What an application keeps of what it has read, with Redisson: one connection listens, and others
 * name it, by its CLIENT ID, as the one to be told. Redisson does not know the message that all is
 * void, so that nothing can be asked of it when the master changes.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.hive.proxy.clients.Setting#resp3Staying")
@ExtendWith(Leaks.class)
class RedissonCachingTest {
    private final Scene scene;

    RedissonCachingTest(Setting setting) {
        scene = new Scene(setting);
    }

    @AfterEach
    void end() {
        scene.close();
    }

    @Test
    void forgetsWhatChanged() {
        RedissonClients clients = scene.keep(new RedissonClients(scene));
        RedissonClient mine = clients.connect();
        RedissonClient theirs = clients.connect();
        RClientSideCaching caching = mine.getClientSideCaching(ClientSideCachingOptions.defaults());
        RBucket<String> kept = caching.getBucket("a");
        RBucket<String> other = theirs.getBucket("a");
        other.set("1");
        assertThat(kept.get()).isEqualTo("1");
        long reads = reads();
        assertThat(kept.get()).isEqualTo("1");
        assertThat(reads()).as("it is read once").isEqualTo(reads);
        other.set("2");
        scene.await("it is forgotten", () -> "2".equals(kept.get()));
    }

    private long reads() {
        String stats = scene.direct().info("commandstats").getOrDefault("cmdstat_get", "calls=0,");
        return Long.parseLong(stats.substring("calls=".length(), stats.indexOf(',')));
    }
}
