package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.proxy.demo.HeadlessDns;
import io.hive.proxy.demo.Loopback;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rule 13: who hears neither discovery nor a peer stops serving. */
@Timeout(120)
class IsolationTest {
    @Test
    void aLeaderThatIsCutOffFromDiscoveryAndPeersIsFencedAndServesNoWrite() {
        Map<TestPod, HeadlessDns> resolvers = new HashMap<>();
        try (TestHive hive = TestHive.empty()) {
            hive.settings.put("HIVE_PARK_TIMEOUT", "1s");
            hive.add(3);
            List<String> all = hive.pods.stream().map(pod -> pod.address).toList();
            for (TestPod pod : hive.pods) {
                HeadlessDns own = HeadlessDns.start(Loopback.address(), 0);
                resolvers.put(pod, own);
                own.set(TestHive.NAME, all);
                pod.settings.put("HIVE_DNS_SERVER", own.hostPort());
                pod.startRedis();
                pod.startSidecar();
            }
            TestPod cut = hive.awaitSettled();
            hive.write(cut, "before", "1");
            List<TestPod> others = hive.followers(cut);

            // its resolver is gone, and nobody speaks
            resolvers.get(cut).close();
            others.forEach(pod -> pod.sidecar().freeze());

            hive.until("it says FENCED", () -> cut.says("\"state\":\"FENCED\""));
            assertThatThrownBy(() -> cut.client(c -> c.command("SET", "lost", "1")))
                    .hasMessageContaining("NOMASTER");
            assertThat(cut.http("/readyz")).doesNotContain("the local Redis is");
            assertThat(cut.redisGet("lost")).isNull();
            assertThat(cut.log()).contains("fenced: neither discovery nor a peer has answered");

            others.forEach(pod -> pod.sidecar().thaw());
            hive.awaitSettled();
            hive.write(cut, "after", "2");
            hive.awaitValue("after", "2", hive.pods);
        } finally {
            resolvers.values().forEach(HeadlessDns::close);
        }
    }
}
