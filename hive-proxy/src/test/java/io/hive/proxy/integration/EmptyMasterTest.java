package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What wipes replicas elsewhere (pains, 1): a master that comes back with nothing. */
class EmptyMasterTest {
    private static final int KEYS = 500;

    /** With the guard on redis-server's command line, and with the replication user alone. */
    @ParameterizedTest(name = "boot guard: {0}")
    @ValueSource(booleans = {true, false})
    void theMasterRestartsEmptyOnItsAddressAndNoReplicaLosesAKey(boolean guarded) {
        try (TestHive hive = TestHive.of(3)) {
            TestPod master = hive.leader();
            fill(master);
            hive.awaitValue("key:" + (KEYS - 1), "value", hive.pods);
            if (guarded) {
                master.redis().restartEmpty();
            } else {
                // the last word wins: it boots as a master, as a Redis without the guard does
                master.redis().restartEmpty("--replicaof", "no", "one");
            }
            for (TestPod replica : hive.followers(master)) {
                assertThat(replica.<Long>direct(c -> c.number("DBSIZE"))).isEqualTo(KEYS);
            }
            TestPod elected = hive.awaitSettled();
            assertThat(elected).isNotSameAs(master);
            for (TestPod pod : hive.pods) {
                hive.until(
                        pod + " holds every key",
                        () -> pod.<Long>direct(c -> c.number("DBSIZE")) == KEYS);
            }
        }
    }

    /** Nothing watches over the Redis while it happens: the guards alone must hold. */
    @ParameterizedTest(name = "boot guard: {0}")
    @ValueSource(booleans = {true, false})
    void itRestartsEmptyWhileItsSidecarIsFrozen(boolean guarded) {
        try (TestHive hive = TestHive.of(3)) {
            TestPod master = hive.leader();
            fill(master);
            hive.awaitValue("key:" + (KEYS - 1), "value", hive.pods);
            master.sidecar().freeze();
            if (guarded) {
                master.redis().restartEmpty();
            } else {
                master.redis().restartEmpty("--replicaof", "no", "one");
            }
            TestPod[] others = hive.followers(master).toArray(TestPod[]::new);
            TestPod elected = hive.awaitSettled(others);
            assertThat(elected.<Long>direct(c -> c.number("DBSIZE"))).isEqualTo(KEYS);
            master.sidecar().thaw();
            assertThat(hive.awaitSettled()).isSameAs(elected);
            for (TestPod pod : hive.pods) {
                hive.until(
                        pod + " holds every key",
                        () -> pod.<Long>direct(c -> c.number("DBSIZE")) == KEYS);
            }
        }
    }

    /** A replica that is still loading its dataset when the master dies is not elected. */
    @Test
    void aReplicaThatIsStillLoadingIsNotElected() {
        try (TestHive hive = TestHive.of(3)) {
            TestPod master = hive.leader();
            fill(master);
            hive.awaitValue("key:" + (KEYS - 1), "value", hive.pods);
            TestPod loading = hive.followers(master).getFirst();
            TestPod synced = hive.followers(master).getLast();
            loading.direct(c -> c.text("SAVE"));
            // 20 ms for each key: it loads for ten seconds
            loading.redis()
                    .restart(
                            "--key-load-delay",
                            "20000",
                            "--loading-process-events-interval-bytes",
                            "1024");
            hive.until(
                    "it is loading",
                    () -> loading.redisInfo("persistence").get("loading").equals("1"));
            hive.until("its sidecar knows", () -> loading.says("\"loading\":true"));
            master.kill();
            TestPod elected = hive.awaitSettled(synced);
            assertThat(elected).isSameAs(synced);
            hive.write(loading, "meanwhile", "1");
            hive.awaitSettled(synced, loading);
            assertThat(loading.<Long>direct(c -> c.number("DBSIZE"))).isEqualTo(KEYS + 1);
        }
    }

    static void fill(TestPod through) {
        through.client(c -> {
            for (int i = 0; i < KEYS; i++) {
                c.command("SET", "key:" + i, "value");
            }
            return true;
        });
    }
}
