package io.hive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.HeadlessDns;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {
    private final String address = Loopback.address(6379, 7000, 7001, 3000, 8080, 26379, 5353);
    private final Map<String, String> environment = new HashMap<>();

    DoctorCommandTest() {
        environment.put("HIVE_ADDRESS", address);
        environment.put("HIVE_BIND", address);
        environment.put("HIVE_REDIS_HOST", address);
        environment.put("HIVE_DNS_NAME", "hive.test.");
        environment.put("HIVE_DNS_SERVER", address + ":5353");
        environment.put("HIVE_REDIS_PASSWORD", "right");
    }

    @Test
    void everythingIsThere() {
        try (HeadlessDns dns = HeadlessDns.start(address, 5353);
                RedisServer redis = redis()) {
            dns.set("hive.test.", address);
            CommandRun run = CommandRun.of(environment, "doctor");
            assertThat(run.out())
                    .contains("ok    the settings are right, this node is " + address + ":3000")
                    .contains("ok    hive.test. resolves to [" + address + "]")
                    .contains("ok    HIVE_PROXY_PORT 7000 is free")
                    .contains("ok    Redis answers at " + redis.address() + ":6379")
                    .doesNotContain("WRONG");
            assertThat(run.exitCode()).isZero();
        }
    }

    @Test
    void everythingIsWrong() throws Exception {
        environment.put("HIVE_REDIS_PASSWORD", "wrong");
        try (HeadlessDns dns = HeadlessDns.start(address, 5353);
                RedisServer redis = redis();
                ServerSocket taken = new ServerSocket(7000, 1, InetAddress.getByName(address))) {
            dns.set("hive.test.", "127.0.0.1");
            CommandRun run = CommandRun.of(environment, "doctor");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out())
                    .contains(
                            "WRONG hive.test. resolves to [127.0.0.1], and this node's " + address)
                    .contains(
                            "WRONG HIVE_PROXY_PORT is "
                                    + taken.getLocalPort()
                                    + " and cannot be listened on")
                    .contains("WRONG " + redis.address() + ":6379 refuses the login (-WRONGPASS")
                    .doesNotContain("'wrong'", "wrong ");
        }
    }

    @Test
    void nothingIsThere() {
        environment.put("HIVE_ADDRESS", "192.0.2.77");
        try (HeadlessDns dns = HeadlessDns.start(address, 5353)) {
            assertThat(dns.hostPort()).isEqualTo(address + ":5353");
            CommandRun run = CommandRun.of(environment, "doctor");
            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.out())
                    .contains("WRONG HIVE_ADDRESS is 192.0.2.77, which is none of this machine")
                    .contains("WRONG hive.test. does not resolve (" + address + ":5353 says: ")
                    .contains(
                            "WRONG no Redis answers at " + address + ":6379 (Connection refused)");
        }
    }

    @Test
    void aWrongSettingIsAFindingToo() {
        CommandRun run = CommandRun.of(Map.of(), "doctor", "--dns-name", "x", "--log", "xml");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEqualTo("WRONG HIVE_LOG is 'xml', expected text or json\n");
    }

    private RedisServer redis() {
        return RedisServer.startMaster(address, 6379, "--requirepass", "right");
    }
}
