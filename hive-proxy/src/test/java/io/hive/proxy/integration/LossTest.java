package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Pods and sidecars that die, freeze, or come back as somebody else. */
class LossTest {
    @Test
    void thePodOfTheMasterDiesAndComesBackOnAnotherAddress() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod first = hive.leader();
            hive.write(first, "before", "1");
            hive.awaitValue("before", "1", hive.pods);
            first.kill();
            List<TestPod> others = hive.followers(first);
            for (TestPod through : others) {
                hive.write(through, "after-" + through.number, "2");
            }
            TestPod second = hive.awaitSettled(others.toArray(TestPod[]::new));
            hive.pods.remove(first);
            first.close();
            hive.add(1);
            TestPod moved = hive.pods.getLast();
            moved.startRedis();
            moved.startSidecar();
            assertThat(hive.awaitSettled()).isSameAs(second);
            hive.awaitValue("before", "1", hive.pods);
        }
    }

    /**
     * Rules 8 and 14: its Redis answers, nobody watches over it, and it wakes with a stale view.
     */
    @Test
    void theLeadersSidecarFreezesWhileItsRedisLives() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod first = hive.leader();
            hive.write(first, "before", "1");
            first.sidecar().freeze();
            List<TestPod> others = hive.followers(first);
            TestPod second = hive.awaitSettled(others.toArray(TestPod[]::new));
            assertThat(second).isNotSameAs(first);
            assertThat(first.redisIsMaster()).as("the old master is off duty").isFalse();
            assertThat(second.redisGet("before")).isEqualTo("1");
            hive.write(second, "after", "2");
            first.sidecar().thaw();
            assertThat(hive.awaitSettled()).isSameAs(second);
            hive.awaitValue("after", "2", hive.pods);
        }
    }

    @Test
    void thePodOfTheMasterFreezesWholeAndThaws() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod first = hive.leader();
            hive.write(first, "before", "1");
            hive.awaitValue("before", "1", hive.pods);
            first.freeze();
            List<TestPod> others = hive.followers(first);
            TestPod second = hive.awaitSettled(others.toArray(TestPod[]::new));
            for (TestPod through : others) {
                hive.write(through, "after-" + through.number, "2");
            }
            first.thaw();
            hive.awaitSettled();
            hive.awaitValue("after-" + second.number, "2", hive.pods);
            hive.awaitValue("before", "1", hive.pods);
        }
    }

    /** SIGTERM: it hands over first, and what it acknowledged is there afterwards. */
    @Test
    void theLeadersSidecarIsToldToStop() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod first = hive.leader();
            hive.write(first, "before", "1");
            assertThat(first.sidecar().stop()).as("it ended by itself").isTrue();
            List<TestPod> others = hive.followers(first);
            TestPod second = hive.awaitSettled(others.toArray(TestPod[]::new));
            hive.awaitValue("before", "1", others);
            hive.write(second, "after", "2");
            assertThat(first.redisIsMaster()).isFalse();
        }
    }

    /** Rule 4: a role that somebody changes by hand is put right, by demotion or by an election. */
    @Test
    void rolesThatAreChangedByHandArePutRight() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            hive.write(leader, "before", "1");
            hive.awaitValue("before", "1", hive.pods);
            TestPod promoted = hive.followers(leader).getFirst();
            promoted.direct(c -> c.text("REPLICAOF", "NO", "ONE"));
            hive.until("it follows again", () -> promoted.redisFollows(leader));

            leader.direct(c -> c.text("REPLICAOF", promoted.address, "6379"));
            hive.awaitSettled();
            hive.awaitValue("before", "1", hive.pods);
            hive.write(promoted, "after", "2");
            hive.awaitValue("after", "2", hive.pods);
        }
    }

    /** Rule 17: without its user, nobody could replicate after the next break of a link. */
    @Test
    void theReplicationUserIsMadeAgain() {
        try (TestHive hive = TestHive.of(2)) {
            TestPod leader = hive.leader();
            TestPod replica = hive.followers(leader).getFirst();
            String user =
                    leader.direct(c -> c.list("ACL", "USERS")).stream()
                            .map(String::valueOf)
                            .filter(name -> name.startsWith("hive-replication-"))
                            .findFirst()
                            .orElseThrow();
            assertThat(leader.<Long>direct(c -> c.number("ACL", "DELUSER", user))).isEqualTo(1);
            hive.until(
                    "it is there again",
                    () -> leader.direct(c -> c.list("ACL", "USERS")).contains(user));
            hive.until("the replica is let in again", () -> replica.redisFollows(leader));
            hive.write(replica, "after", "2");
            hive.awaitValue("after", "2", hive.pods);
        }
    }
}
