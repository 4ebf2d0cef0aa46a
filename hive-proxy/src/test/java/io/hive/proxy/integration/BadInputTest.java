package io.hive.proxy.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.RedisConnection;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is wrong costs one clear line, and disturbs nothing else. */
class BadInputTest {
    @Test
    void aWrongPasswordIsNamedAndNothingLeaks() {
        try (TestHive hive = TestHive.withPassword("correct horse")) {
            hive.add(1);
            TestPod pod = hive.pod(1);
            pod.settings.put("HIVE_REDIS_PASSWORD", "battery staple");
            pod.startRedis();
            pod.startSidecar();
            hive.until(
                    "the log names the variable", () -> pod.log().contains("HIVE_REDIS_PASSWORD"));
            assertThat(pod.log()).doesNotContain("battery staple").doesNotContain("correct horse");
            assertThat(pod.http("/livez")).isNotEmpty();
            assertThat(pod.http("/readyz")).contains("not reached");
        }
    }

    @Test
    void aRedisThatNeverAnswersLeavesTheOthersAlone() throws IOException {
        try (TestHive hive = TestHive.empty()) {
            hive.settings.put("HIVE_COLD_START", "4s");
            hive.settings.put("HIVE_REDIS_TIMEOUT", "1s");
            hive.add(3);
            TestPod mute = hive.pod(3);
            try (ServerSocket listening =
                    new ServerSocket(6379, 50, InetAddress.ofLiteral(mute.address))) {
                assertThat(listening.isBound()).isTrue();
                hive.pod(1).startRedis();
                hive.pod(2).startRedis();
                hive.pods.forEach(TestPod::startSidecar);
                hive.awaitSettled(hive.pod(1), hive.pod(2));
                hive.write(mute, "a", "1");
                assertThat(mute.http("/readyz")).contains("not reached");
                assertThat(mute.log()).contains("has not answered");
            }
        }
    }

    @Test
    void aPeerOfAnotherClusterIsRefused() {
        try (TestHive hive = TestHive.of(2)) {
            TestPod leader = hive.leader();
            hive.add(1);
            TestPod stranger = hive.pod(3);
            stranger.settings.put("HIVE_CLUSTER", "another");
            stranger.settings.put("HIVE_COLD_START", "2s");
            stranger.startRedis();
            stranger.startSidecar();
            hive.until("it is refused", () -> leader.log().contains("OTHER_CLUSTER"));
            assertThat(hive.awaitSettled(hive.pod(1), hive.pod(2))).isSameAs(leader);
            assertThat(leader.http("/metrics")).containsPattern("hive_peer_refused_total [1-9]");
            hive.write(hive.pod(1), "a", "1");
            assertThat(stranger.redisGet("a")).isNull();
        }
    }

    @Test
    void aPortInUseEndsTheStartWithOneLine() throws IOException {
        try (TestHive hive = TestHive.empty()) {
            hive.add(1);
            TestPod pod = hive.pod(1);
            try (ServerSocket taken =
                    new ServerSocket(7000, 50, InetAddress.ofLiteral(pod.address))) {
                assertThat(taken.isBound()).isTrue();
                pod.startSidecar();
                hive.until("it ended", () -> !pod.sidecar().isAlive());
            }
            assertThat(pod.log().lines().filter(line -> line.startsWith("hive: ")))
                    .singleElement()
                    .asString()
                    .contains("HIVE_PROXY_PORT")
                    .contains(pod.address)
                    .contains("7000");
            assertThat(pod.log()).doesNotContain("Exception");
        }
    }

    @Test
    void aWrongSettingEndsTheStartWithOneLine() {
        try (TestHive hive = TestHive.empty()) {
            hive.add(1);
            TestPod pod = hive.pod(1);
            pod.settings.put("HIVE_HEARTBEAT", "soon");
            pod.startSidecar();
            hive.until("it ended", () -> !pod.sidecar().isAlive());
            assertThat(pod.log().strip().lines())
                    .singleElement()
                    .asString()
                    .contains("HIVE_HEARTBEAT")
                    .contains("soon");
        }
    }

    /** Each port of a running pod gets noise, and the hive goes on as before. */
    @Test
    void garbageOnAnyPortDisturbsNobody() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TestHive hive = TestHive.of(2)) {
            TestPod leader = hive.leader();
            for (TestPod pod : hive.pods) {
                for (int port : new int[] {3000, 7000, 8080}) {
                    for (int i = 0; i < 20; i++) {
                        noise(pod.address, port, random);
                    }
                }
            }
            assertThat(hive.awaitSettled()).as("seed %s", seed).isSameAs(leader);
            for (TestPod pod : hive.pods) {
                hive.write(pod, "after-" + pod.number, "1");
                assertThat(pod.log()).doesNotContain("Exception");
            }
        }
    }

    private static void noise(String address, int port, Random random) throws IOException {
        try (Socket socket = new Socket(address, port)) {
            byte[] bytes = new byte[1 + random.nextInt(4000)];
            random.nextBytes(bytes);
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            socket.setSoTimeout(5000);
            InputStream answer = socket.getInputStream();
            answer.readNBytes(1);
        } catch (java.net.SocketException e) {
            // closed while the noise was still being sent, which is the right answer to it
            assertThat(e.getMessage()).containsAnyOf("reset", "pipe", "closed");
        }
    }

    @Test
    void aStrangerOnThePeerPortGetsWhoLeadsAndNothingElse() throws IOException {
        try (TestHive hive = TestHive.of(2)) {
            TestPod leader = hive.leader();
            for (TestPod pod : hive.pods) {
                String answer = who(pod.address);
                assertThat(answer)
                        .startsWith(
                                "a=" + pod.address + ":3000|e=who|s=" + (pod == leader ? "L" : "F"))
                        .contains("|f=" + leader.address + ":3000|r=6379|t=");
            }
        }
    }

    private static String who(String address) throws IOException {
        try (Socket socket = new Socket(address, 3000)) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write("e=who".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void aCommandThatWouldBreakTheHiveIsRefused() {
        try (TestHive hive = TestHive.of(1)) {
            try (RedisConnection client = hive.connect(hive.pod(1).address, 7000)) {
                for (String[] command :
                        new String[][] {
                            {"SHUTDOWN"}, {"replicaof", "no", "one"}, {"Config", "rewrite"}
                        }) {
                    client.send(command);
                    String answer;
                    try {
                        answer = "no error but " + client.receive();
                    } catch (RuntimeException e) {
                        answer = String.valueOf(e.getMessage());
                    }
                    assertThat(answer).startsWith("REFUSED");
                }
                assertThat(client.command("PING")).isEqualTo("PONG");
            }
        }
    }
}
