package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A relay that leaves tells those who asked for it where to go on, and lets the others go. */
@ExtendWith(Leaks.class)
class MaintenanceTest {
    private static final String ON = "CLIENT MAINT_NOTIFICATIONS ON";
    private static final String NAMED = ON + " moving-endpoint-type internal-ip\r\n";
    private static final String MOVING = ">4\r\n$6\r\nMOVING\r\n:1\r\n:4\r\n";

    private final RelayHarness hive = new RelayHarness();
    private final RedisServer master = hive.master();

    @AfterEach
    void end() {
        hive.close();
    }

    private RawClient resp3() {
        RawClient client = hive.client().send("HELLO 3\r\nECHO greeted\r\n");
        while (!client.readLine().equals("greeted")) {
            // what Redis says of itself
        }
        return client;
    }

    @Test
    void whoAskedForAnAddressIsToldOneOfTheOthersAndIsNotClosed() {
        RawClient one = resp3().send(NAMED).expect("+OK\r\n");
        hive.beginToLeave("10.0.0.7", "fd00::7");

        one.expect(MOVING + "$13\r\n10.0.0.7:7000\r\n");
        // It goes when it likes, and is served until then.
        one.send("SET k v\r\nGET k\r\n").expect("+OK\r\n$1\r\nv\r\n");
        assertThat(hive.counts().clients()).isEqualTo(1);
        one.close();
        Await.until("it is gone", () -> hive.counts().clients() == 0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " moving-endpoint-type none",
                " MOVING-ENDPOINT-TYPE external-ip",
                " moving-endpoint-type internal-fqdn",
                " moving-endpoint-type external-fqdn"
            })
    void whoDidNotIsToldToComeBackToWhereItCameFrom(String type) {
        RawClient client = resp3().send(ON + type + "\r\n").expect("+OK\r\n");

        hive.beginToLeave("10.0.0.7");

        client.expect(MOVING + "_\r\n");
    }

    @Test
    void withoutOthersThereIsNoAddress() {
        RawClient client = resp3().send(NAMED).expect("+OK\r\n");

        hive.beginToLeave();

        client.expect(MOVING + "_\r\n");
    }

    @Test
    void thePushStandsBetweenReplies() {
        RawClient client = resp3().send(NAMED).expect("+OK\r\n");
        String value = "x".repeat(3_000_000);
        client.send("*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$3000000\r\n" + value + "\r\n");
        client.expect("+OK\r\n").send("GET big\r\n").expect("$3000000\r\n");

        hive.beginToLeave("10.0.0.7");

        client.expectMany(3_000_000, 'x');
        client.expect("\r\n" + MOVING + "$13\r\n10.0.0.7:7000\r\n");
    }

    @Test
    void whoIsBlockedOrInATransactionIsToldAtOnce() {
        RawClient blocked = resp3().send(NAMED + "BLPOP l 0\r\n").expect("+OK\r\n");
        RawClient half = resp3().send(NAMED + "MULTI\r\nSET k v\r\n");
        half.expect("+OK\r\n+OK\r\n+QUEUED\r\n");
        RedisConnection direct = hive.direct(master);
        Await.until(
                "it is blocked", () -> direct.info("clients").get("blocked_clients").equals("1"));

        hive.beginToLeave("10.0.0.7");

        blocked.expect(MOVING + "$13\r\n10.0.0.7:7000\r\n");
        half.expect(MOVING + "$13\r\n10.0.0.7:7000\r\n").send("EXEC\r\n");
        half.expect("*1\r\n+OK\r\n");
        direct.command("RPUSH", "l", "x");
        blocked.expect("*2\r\n$1\r\nl\r\n$1\r\nx\r\n");
    }

    @Test
    void theOthersAreClosedOnceNothingOfThemIsUnderWay() {
        RawClient idle = hive.client().send("PING\r\n").expect("+PONG\r\n");
        RawClient off = resp3().send(NAMED + "CLIENT MAINT_NOTIFICATIONS OFF\r\n");
        off.expect("+OK\r\n+OK\r\n");
        RawClient back = resp3().send(NAMED + "RESET\r\n").expect("+OK\r\n+RESET\r\n");
        RawClient half = hive.client().send("MULTI\r\nSET k v\r\n").expect("+OK\r\n+QUEUED\r\n");

        hive.beginToLeave("10.0.0.7");

        idle.expectClosed();
        off.expectClosed();
        back.expectClosed();
        half.send("EXEC\r\n").expect("*1\r\n+OK\r\n").expectClosed();
        assertThat(hive.leave(Duration.ofSeconds(10))).isTrue();
    }

    @Test
    void whatIsAskedForWronglyIsAnError() {
        hive.client().send(NAMED).expectError("ERR");
        RawClient client = resp3();
        for (String wrong :
                new String[] {
                    "CLIENT MAINT_NOTIFICATIONS",
                    "CLIENT MAINT_NOTIFICATIONS MAYBE",
                    ON + " moving-endpoint-type",
                    ON + " moving-endpoint-type elsewhere",
                    ON + " nonsense none",
                    "CLIENT MAINT_NOTIFICATIONS OFF now"
                }) {
            client.send(wrong + "\r\n").expectError("ERR");
        }
        client.send("MULTI\r\n" + NAMED + "EXEC\r\n").expect("+OK\r\n");
        client.expectError("ERR");
        client.expectError("EXECABORT");
        client.send("PING\r\n").expect("+PONG\r\n");
    }
}
