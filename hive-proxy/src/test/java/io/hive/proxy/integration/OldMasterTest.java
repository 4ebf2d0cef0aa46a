package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.demo.RedisServer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A master whose sidecar is gone takes writes past every relay, until somebody reaches it. */
@Timeout(120)
class OldMasterTest {
    /**
     * Frozen when its sidecar dies, it cannot be taken off duty before the next one leads; thawed,
     * it is a master as before.
     */
    @Test
    void theNewLeaderFencesTheOldMasterAsSoonAsItReachesIt() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod first = hive.leader();
            hive.write(first, "before", "1");
            List<TestPod> others = hive.followers(first);
            first.redis().freeze();
            first.sidecar().kill();
            TestPod second = hive.awaitSettled(others.toArray(TestPod[]::new));
            hive.write(second, "after", "2");
            hive.until(
                    "it goes on trying", () -> second.log().contains("goes on trying to take it"));

            first.redis().thaw();

            hive.until("the old master is off duty", () -> !first.redisIsMaster());
            assertThatThrownBy(() -> first.direct(c -> c.command("SET", "past", "the relay")))
                    .hasMessageContaining("READONLY");
            hive.until("it says so", () -> second.log().contains("is off duty, it ended at"));
            assertThat(hive.awaitSettled(others.toArray(TestPod[]::new))).isSameAs(second);
            first.startSidecar();
            assertThat(hive.awaitSettled()).isSameAs(second);
            hive.awaitValue("after", "2", hive.pods);
        }
    }

    /** Addresses are used again: a Redis of another history is nobody's business. */
    @Test
    void aStrangerOnTheOldMastersAddressIsLeftAlone() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod first = hive.leader();
            hive.write(first, "before", "1");
            List<TestPod> others = hive.followers(first);
            first.kill();
            TestPod second = hive.awaitSettled(others.toArray(TestPod[]::new));
            try (RedisServer stranger =
                    RedisServer.at(first.address, 6379).safeBoot(false).start()) {
                hive.until("it has looked", () -> second.log().contains("is no more: expected"));
                assertThat(first.<Object>direct(c -> c.command("SET", "mine", "1")))
                        .isEqualTo("OK");
                assertThat(stranger.isAlive()).isTrue();
            }
        }
    }
}
