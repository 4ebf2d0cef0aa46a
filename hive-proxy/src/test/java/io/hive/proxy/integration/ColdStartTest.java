package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Nobody leads yet: who may, and what is waited for (rule 12). */
class ColdStartTest {
    @Test
    void allPodsRestartAtOnceAndEmpty() {
        try (TestHive hive = TestHive.of(3)) {
            hive.write(hive.pod(1), "a", "1");
            hive.pods.forEach(TestPod::kill);
            hive.pods.forEach(pod -> pod.redis().restartEmpty());
            hive.pods.forEach(TestPod::startSidecar);
            hive.awaitSettled();
            hive.write(hive.pod(2), "b", "2");
            hive.awaitValue("b", "2", hive.pods);
        }
    }

    /** Snapshots of three moments of one history: the latest must win, whoever starts first. */
    @Test
    void allPodsRestartWithSnapshotsOfDifferentAge() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            List<TestPod> others = hive.followers(leader);
            TestPod oldest = others.getFirst();
            TestPod newest = others.getLast();
            saveAt(hive, leader, 1, List.of(oldest, leader, newest));
            oldest.kill();
            saveAt(hive, leader, 2, List.of(leader, newest));
            leader.kill();
            hive.awaitSettled(newest);
            saveAt(hive, newest, 3, List.of(newest));
            newest.kill();
            for (TestPod pod : hive.pods) {
                pod.redis().restart();
            }
            hive.pods.forEach(TestPod::startSidecar);
            hive.awaitSettled();
            hive.awaitValue("generation", "3", hive.pods);
            hive.awaitValue("generation-1", "1", hive.pods);
        }
    }

    private static void saveAt(TestHive hive, TestPod writer, int generation, List<TestPod> saved) {
        hive.write(writer, "generation", Integer.toString(generation));
        hive.write(writer, "generation-" + generation, Integer.toString(generation));
        for (TestPod pod : saved) {
            hive.awaitValue("generation-" + generation, Integer.toString(generation), saved);
            pod.direct(c -> c.text("SAVE"));
        }
    }

    @Test
    void aFreshEmptyPodJoinsFirst() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod leader = hive.leader();
            saveAt(hive, leader, 1, hive.pods);
            hive.pods.forEach(TestPod::kill);
            TestPod fresh = hive.pod(1);
            fresh.redis().restartEmpty();
            fresh.startSidecar();
            hive.until(
                    "the fresh pod waits for the others",
                    () -> fresh.says("cold start: waiting for"));
            for (TestPod late : List.of(hive.pod(2), hive.pod(3))) {
                late.redis().restart();
                late.startSidecar();
            }
            TestPod elected = hive.awaitSettled();
            assertThat(elected).isNotSameAs(fresh);
            hive.awaitValue("generation-1", "1", hive.pods);
        }
    }

    @Test
    void theHiveGrowsFromOneToThreeAndShrinksBack() {
        try (TestHive hive = TestHive.of(1)) {
            TestPod first = hive.pod(1);
            hive.write(first, "a", "1");
            hive.add(2);
            for (TestPod pod : hive.followers(first)) {
                pod.startRedis();
                pod.startSidecar();
            }
            assertThat(hive.awaitSettled()).isSameAs(first);
            hive.awaitValue("a", "1", hive.pods);

            // the leader and one more leave: the last one has everything
            TestPod last = hive.pod(3);
            hive.write(last, "b", "2");
            hive.awaitValue("b", "2", hive.pods);
            hive.publish(List.of(last));
            hive.pod(2).kill();
            first.kill();
            hive.awaitSettled(last);
            hive.write(last, "c", "3");
            assertThat(last.redisGet("a")).isEqualTo("1");
            assertThat(last.redisGet("b")).isEqualTo("2");
        }
    }

    /** Dead addresses stay in DNS for a while: they are waited for once, then left alone. */
    @Test
    void theNameResolvesToAddressesWhereNobodyListens() {
        try (TestHive hive = TestHive.empty()) {
            hive.settings.put("HIVE_COLD_START", "3s");
            hive.add(2);
            hive.dns.set(
                    TestHive.NAME,
                    hive.pod(1).address,
                    hive.pod(2).address,
                    Loopback.address(3000),
                    Loopback.address(3000));
            hive.pods.forEach(TestPod::startRedis);
            hive.pods.forEach(TestPod::startSidecar);
            hive.awaitSettled();
            hive.write(hive.pod(1), "a", "1");
            hive.awaitValue("a", "1", hive.pods);
        }
    }

    @Test
    void aNameThatDoesNotResolveElectsNobodyAndSaysSo() {
        try (TestHive hive = TestHive.empty()) {
            hive.settings.put("HIVE_COLD_START", "3s");
            hive.settings.put("HIVE_PARK_TIMEOUT", "200ms");
            hive.add(1);
            hive.dns.remove(TestHive.NAME);
            TestPod pod = hive.pod(1);
            pod.startRedis();
            pod.startSidecar();
            hive.until(
                    "the status says what is waited for",
                    () -> pod.says("discovery has not answered yet"));
            hive.until("the log names the name", () -> pod.log().contains(TestHive.NAME));
            try (RedisConnection client = hive.connect(pod.address, 7000)) {
                client.send("SET", "a", "1");
                assertThat(error(client)).startsWith("NOMASTER");
            }
            hive.publish(hive.pods);
            hive.awaitSettled();
            hive.write(pod, "a", "2");
        }
    }

    private static String error(RedisConnection client) {
        try {
            return "no error but " + client.receive();
        } catch (RuntimeException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Rule 1: such a master counts no offsets, and its replica's data must still win. */
    @Test
    void aLoneMasterWithoutABacklogDiesAfterItsFirstReplicaSynced() {
        try (TestHive hive = TestHive.of(1)) {
            TestPod first = hive.pod(1);
            first.client(c -> {
                for (int i = 0; i < 1000; i++) {
                    c.command("SET", "key:" + i, "value");
                }
                return true;
            });
            hive.add(2);
            for (TestPod pod : hive.followers(first)) {
                pod.startRedis();
            }
            hive.pod(2).startSidecar();
            hive.awaitSettled(first, hive.pod(2));
            first.kill();
            // a fresh, empty one comes at the same moment
            hive.pod(3).startSidecar();
            assertThat(hive.awaitSettled(hive.pod(2), hive.pod(3))).isSameAs(hive.pod(2));
            hive.awaitValue("key:999", "value", List.of(hive.pod(2), hive.pod(3)));
            assertThat(hive.pod(3).<Long>direct(c -> c.number("DBSIZE"))).isEqualTo(1000);
        }
    }
}
