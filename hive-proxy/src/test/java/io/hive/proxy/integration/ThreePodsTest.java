package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases that redis-hive's own suite has for three nodes, each with and without a password. */
class ThreePodsTest {
    @ParameterizedTest(name = "password {0}")
    @NullSource
    @ValueSource(strings = "correct horse")
    void writesThroughAnyPodReadBackFromEveryRedis(String password) {
        try (TestHive hive = TestHive.of(3, password)) {
            for (TestPod through : hive.pods) {
                hive.write(through, "key-" + through.number, "value-" + through.number);
            }
            for (TestPod through : hive.pods) {
                hive.awaitValue("key-" + through.number, "value-" + through.number, hive.pods);
            }
        }
    }

    @ParameterizedTest(name = "password {0}")
    @NullSource
    @ValueSource(strings = "correct horse")
    void aReplicasRedisIsLostAndComesBack(String password) {
        try (TestHive hive = TestHive.of(3, password)) {
            TestPod leader = hive.leader();
            TestPod lost = hive.followers(leader).getFirst();
            hive.write(leader, "before", "1");
            lost.redis().kill();
            hive.write(lost, "meanwhile", "2");
            assertThat(leader.redisGet("meanwhile")).isEqualTo("2");
            lost.redis().restartEmpty();
            assertThat(hive.awaitSettled()).isSameAs(leader);
            hive.awaitValue("before", "1", hive.pods);
            hive.awaitValue("meanwhile", "2", hive.pods);
        }
    }

    @ParameterizedTest(name = "password {0}")
    @NullSource
    @ValueSource(strings = "correct horse")
    void aReplicasSidecarIsLostAndComesBack(String password) {
        try (TestHive hive = TestHive.of(3, password)) {
            TestPod leader = hive.leader();
            TestPod lost = hive.followers(leader).getFirst();
            lost.sidecar().kill();
            hive.write(leader, "meanwhile", "1");
            hive.awaitValue("meanwhile", "1", hive.pods);
            lost.startSidecar();
            assertThat(hive.awaitSettled()).isSameAs(leader);
            hive.write(lost, "after", "2");
            hive.awaitValue("after", "2", hive.pods);
        }
    }

    @ParameterizedTest(name = "password {0}")
    @NullSource
    @ValueSource(strings = "correct horse")
    void theMastersRedisIsLostAndComesBack(String password) {
        try (TestHive hive = TestHive.of(3, password)) {
            TestPod first = hive.leader();
            hive.write(first, "before", "1");
            hive.awaitValue("before", "1", hive.pods);
            List<TestPod> others = hive.followers(first);
            first.redis().kill();
            // every sidecar serves again, the one without a Redis of its own among them
            for (TestPod through : hive.pods) {
                hive.write(through, "after-" + through.number, "2");
            }
            TestPod second = hive.awaitSettled(others.toArray(TestPod[]::new));
            assertThat(second).isNotSameAs(first);
            assertThat(second.redisGet("before")).isEqualTo("1");
            first.redis().restartEmpty();
            assertThat(hive.awaitSettled()).isSameAs(second);
            hive.awaitValue("before", "1", hive.pods);
            hive.awaitValue("after-1", "2", hive.pods);
        }
    }

    @ParameterizedTest(name = "password {0}")
    @NullSource
    @ValueSource(strings = "correct horse")
    void theLeadersSidecarIsLostAndComesBack(String password) {
        try (TestHive hive = TestHive.of(3, password)) {
            TestPod first = hive.leader();
            hive.write(first, "before", "1");
            List<TestPod> others = hive.followers(first);
            first.sidecar().kill();
            for (TestPod through : others) {
                hive.write(through, "after-" + through.number, "2");
            }
            TestPod second = hive.awaitSettled(others.toArray(TestPod[]::new));
            // rule 8: nobody writes to the old master past the new one
            hive.until("the old master is off duty", () -> !first.redisIsMaster());
            assertThat(second.redisGet("before")).isEqualTo("1");
            first.startSidecar();
            assertThat(hive.awaitSettled()).isSameAs(second);
            hive.awaitValue("before", "1", hive.pods);
            hive.awaitValue("after-" + others.getFirst().number, "2", hive.pods);
        }
    }
}
