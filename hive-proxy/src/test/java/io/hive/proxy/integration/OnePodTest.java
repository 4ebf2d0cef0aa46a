package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cases that redis-hive's own suite has for one node, with and without a password. */
class OnePodTest {
    @ParameterizedTest(name = "password {0}")
    @NullSource
    @ValueSource(strings = "correct horse")
    void leadsAloneAndServesAgainAfterEitherProcessRestarted(@Nullable String password) {
        try (TestHive hive = TestHive.of(1, password)) {
            TestPod pod = hive.pod(1);
            hive.write(pod, "a", "1");
            assertThat(pod.redisGet("a")).isEqualTo("1");

            pod.sidecar().kill();
            pod.startSidecar();
            assertThat(hive.awaitSettled()).isSameAs(pod);
            assertThat(pod.redisGet("a")).as("Redis lived on, with its data").isEqualTo("1");
            hive.write(pod, "b", "2");

            pod.redis().restartEmpty();
            hive.write(pod, "c", "3");
            assertThat(pod.redisGet("c")).isEqualTo("3");
        }
    }
}
