package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Planned changes of master in hives of real processes, under clients of all kinds. {@code
 * -Dhive.handovers} is how many, one after the other; {@code -Dhive.handovers.logs} names a
 * directory for the sidecars' logs.
 */
@Timeout(600)
class HandoverTest {
    private static final Logger LOG = LoggerFactory.getLogger(HandoverTest.class);
    private static final int HANDOVERS = Integer.getInteger("hive.handovers", 20);
    private static final String LOGS = System.getProperty("hive.handovers.logs", "");
    private static final int OF_EACH = 4;
    private static final Pattern PAUSED = Pattern.compile("\"pausedMillis\":([0-9.E-]+)");

    @Test
    void noClientNoticesThatTheMasterChanges() throws InterruptedException {
        try (TestHive hive = TestHive.of(3)) {
            handOver(hive, HANDOVERS);
        }
    }

    /** Each write is on a replica before it is answered, whoever the replicas are then. */
    @Test
    void noClientThatIsPromisedAcknowledgementsDoesEither() throws InterruptedException {
        try (TestHive hive = TestHive.empty()) {
            hive.settings.put("HIVE_ACK_REPLICAS", "1");
            hive.add(3);
            hive.pods.forEach(TestPod::startRedis);
            hive.pods.forEach(TestPod::startSidecar);
            handOver(hive, Math.min(HANDOVERS, 5));
        }
    }

    private static void handOver(TestHive hive, int times) throws InterruptedException {
        List<Double> paused = new ArrayList<>();
        TestPod leader = hive.leader();
        try (HandoverClients clients = new HandoverClients(hive, false)) {
            clients.start(OF_EACH);
            for (int i = 0; i < times; i++) {
                clients.allGoOn(10);
                TestPod asked = hive.pods.get(i % hive.pods.size());
                TestPod to = hive.followers(leader).get(i % 2);
                TestPod before = leader;
                hive.until(
                        to.address + " takes over",
                        () -> {
                            String answer = asked.post("/api/handoff?to=" + to.address);
                            Matcher matcher = PAUSED.matcher(answer);
                            if (matcher.find()) {
                                paused.add(Double.parseDouble(matcher.group(1)));
                                return true;
                            }
                            // It has to be in sync with the master before.
                            assertThat(answer).as(hive.logs()).contains("REFUSED", "in sync");
                            return false;
                        });
                leader = to;
                assertThat(to.redisIsMaster()).isTrue();
                assertThat(before.redisIsMaster()).isFalse();
            }
            clients.allGoOn(10);
            assertThat(hive.awaitSettled()).isSameAs(leader);
            clients.finish();
            keepLogs(hive);
        }
        Collections.sort(paused);
        LOG.info(
                "{} handovers: writes paused for {} ms at the median, {} ms at worst: {}",
                paused.size(),
                paused.get(paused.size() / 2),
                paused.getLast(),
                paused);
    }

    private static void keepLogs(TestHive hive) {
        if (LOGS.isEmpty()) {
            return;
        }
        for (TestPod pod : hive.pods) {
            try {
                Files.writeString(Path.of(LOGS, pod.address + ".log"), pod.log());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void aHiveOfOneHasNobodyToHandOverTo() {
        try (TestHive hive = TestHive.of(1)) {
            TestPod only = hive.leader();
            assertThat(only.post("/api/handoff")).contains("REFUSED", "nobody else");
            assertThat(only.redisIsMaster()).isTrue();
            hive.write(only, "after", "1");
        }
    }

    @Test
    void whoIsUnknownOrStopsTakesNothingOver() {
        try (TestHive hive = TestHive.of(2)) {
            TestPod leader = hive.leader();
            TestPod other = hive.followers(leader).getFirst();
            assertThat(other.post("/api/handoff?to=127.9.9.9")).contains("not connected");
            assertThat(other.post("/api/handoff?to=nobody")).contains("BAD_ADDRESS");
            assertThat(leader.post("/api/handoff?to=" + leader.address)).contains("leads already");
            assertThat(other.http("/prestop")).contains("safe");
            hive.until(
                    "it is known that it stops",
                    () -> leader.post("/api/handoff").contains("drains"));
            assertThat(leader.redisIsMaster()).isTrue();
        }
    }

    @Test
    void aSuccessorWhoseRedisStandsStillCostsNothing() throws InterruptedException {
        try (TestHive hive = TestHive.of(2);
                HandoverClients clients = new HandoverClients(hive, false)) {
            TestPod leader = hive.leader();
            TestPod other = hive.followers(leader).getFirst();
            clients.start(2);
            clients.allGoOn(10);
            other.redis().freeze();
            assertThat(leader.post("/api/handoff")).containsAnyOf("REFUSED", "UNDONE");
            other.redis().thaw();
            clients.allGoOn(10);
            assertThat(hive.awaitSettled()).isSameAs(leader);
            clients.finish();
        }
    }

    @Test
    void everyPodIsRestartedUnderLoad() throws InterruptedException {
        try (TestHive hive = TestHive.of(3);
                HandoverClients clients = new HandoverClients(hive, true)) {
            clients.start(OF_EACH);
            for (TestPod pod : hive.pods) {
                clients.allGoOn(10);
                hive.awaitSettled();
                assertThat(pod.sidecar().stop()).as("it ended by itself").isTrue();
                assertThat(pod.redisIsMaster()).isFalse();
                pod.redis().kill();
                clients.allGoOn(10);
                pod.startRedis();
                pod.startSidecar();
            }
            hive.awaitSettled();
            clients.allGoOn(10);
            clients.finish();
            LOG.info("clients reconnected {} times", clients.reconnected);
        }
    }
}
