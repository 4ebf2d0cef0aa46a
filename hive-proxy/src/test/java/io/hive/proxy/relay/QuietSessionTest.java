package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Hive knows of sessions whose commands are not answered, or not as they were meant to be. */
@ExtendWith(Leaks.class)
@Timeout(60)
class QuietSessionTest {
    private final RelayHarness hive = new RelayHarness();

    @AfterEach
    void end() {
        hive.close();
    }

    @Test
    void whatIsRefusedUnheardChangesNothing() {
        hive.master();
        RawClient client = hive.client().send("SELECT 1\r\n").expect("+OK\r\n");
        client.send(
                "CLIENT REPLY OFF\r\nSELECT 99\r\nAUTH default\r\nAUTH nobody x\r\nRESET x\r\n");
        client.send("CLIENT REPLY ON\r\nSET k 1\r\n").expect("+OK\r\n+OK\r\n");
        assertMovesWithDatabase(client);
    }

    @Test
    void whatIsDoneUnheardMovesToTheNextMaster() {
        hive.master();
        RawClient client = hive.client();
        client.send("CLIENT REPLY OFF\r\nSELECT 1\r\nCLIENT SETNAME me\r\nCLIENT REPLY ON\r\n");
        client.expect("+OK\r\n");
        RawClient other = hive.client().send("CLIENT REPLY SKIP\r\nSELECT 1\r\nPING\r\n");
        other.expect("+PONG\r\n");
        assertMovesWithDatabase(client);
        client.send("CLIENT GETNAME\r\n").expect("$2\r\nme\r\n");
        assertMovesWithDatabase(other);
    }

    private void assertMovesWithDatabase(RawClient client) {
        RedisServer next = hive.master();
        client.send("SET moved 1\r\n").expect("+OK\r\n");
        RedisConnection direct = hive.direct(next);
        direct.command("SELECT", "1");
        assertThat(direct.number("EXISTS", "moved")).isEqualTo(1);
        assertThat(hive.counts().cutClients()).isZero();
    }

    @Test
    void whatATransactionIsRefusedWhenItRunsChangesNothing() {
        hive.master();
        RawClient client = hive.client();
        client.send("MULTI\r\nSELECT 1\r\nSELECT 99\r\nPING\r\nEXEC\r\nMULTI\r\nPING\r\nEXEC\r\n");
        client.expect("+OK\r\n+QUEUED\r\n+QUEUED\r\n+QUEUED\r\n*3\r\n+OK\r\n");
        client.expectError("ERR");
        client.expect("+PONG\r\n+OK\r\n+QUEUED\r\n*1\r\n+PONG\r\n");
        assertMovesWithDatabase(client);
    }

    @Test
    void aTransactionThatIsNotRunChangesNothing() {
        RedisServer master = hive.master();
        RedisConnection direct = hive.direct(master);
        RawClient client =
                hive.client().send("HELLO 3\r\nCLIENT SETNAME me\r\nSELECT 1\r\nWATCH k\r\n");
        Await.until(
                "it watches",
                () -> String.valueOf(direct.command("CLIENT", "LIST")).contains("cmd=watch"));
        direct.command("SELECT", "1");
        direct.command("SET", "k", "1");
        client.send("MULTI\r\nSELECT 2\r\nEXEC\r\nECHO done\r\n");
        String line = client.readLine();
        while (!line.equals("_")) {
            line = client.readLine();
        }
        client.expect("$4\r\ndone\r\n");
        assertMovesWithDatabase(client);
    }

    @Test
    void anUnheardTransactionIsSentAgainWhole() {
        hive.master();
        RawClient client = hive.client();
        client.send("CLIENT REPLY OFF\r\nMULTI\r\nINCR n\r\n");
        Await.until("it is sent", () -> hive.counts().commands() == 3);
        RedisServer next = hive.master();
        client.send("INCR n\r\nEXEC\r\nCLIENT REPLY ON\r\nGET n\r\n");
        client.expect("+OK\r\n$1\r\n2\r\n");
        assertThat(hive.direct(next).command("GET", "n")).isEqualTo("2");
    }

    @Test
    void anUnheardSubscriberMovesToTheNextMaster() {
        hive.master();
        RawClient client = hive.client().send("CLIENT REPLY OFF\r\nSUBSCRIBE\r\nSUBSCRIBE a\r\n");
        client.expect("*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n");
        RedisConnection next = hive.direct(hive.master());
        Await.until("it is subscribed", () -> next.number("PUBLISH", "a", "x") == 1);
        client.expect("*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nx\r\n");
        client.send("PING\r\nRESET\r\nPING\r\n").expect("+RESET\r\n+PONG\r\n");
    }

    @Test
    void whoMayNotAskForSilenceIsToldSo() {
        hive.master("--requirepass", "secret");
        RawClient client = hive.client();
        client.send("CLIENT REPLY OFF\r\nCLIENT REPLY SKIP\r\nAUTH secret\r\n")
                .expectError("NOAUTH");
        client.expectError("NOAUTH");
        client.expect("+OK\r\n");
        client.send("CLIENT REPLY SKIP\r\nPING\r\nPING a\r\n").expect("$1\r\na\r\n");
    }

    @Test
    void whatHiveRefusesIsWhatWasToBeSkipped() {
        hive.master();
        RawClient client = hive.client().send("CLIENT REPLY SKIP\r\nSHUTDOWN\r\nPING\r\n");
        client.expect("+PONG\r\n");
        client.send("CLIENT REPLY SKIP\r\nSHUTDOWN\r\nRESET\r\n").expect("+RESET\r\n");
    }

    /** Run again it would be queued into the transaction behind it (relay rule 3). */
    @Test
    void whatIsRefusedBeforeATransactionDoesNotGetIntoIt() {
        RedisServer old = hive.master();
        RedisConnection direct = hive.direct(old);
        RawClient client = hive.client().send("CLIENT ID\r\n");
        client.readLine();
        direct.command("REPLICAOF", "127.0.0.1", "1");
        client.send("INCR n\r\nMULTI\r\nINCR n\r\n").expectError("READONLY");
        client.expect("+OK\r\n");
        hive.master();
        client.send("EXEC\r\n").expect("+QUEUED\r\n*1\r\n:1\r\n");
    }

    @Test
    void aLargeCommandBehindARefusedOneIsSentToItsEnd() {
        RedisConnection direct = hive.direct(hive.master());
        RawClient client = hive.client().send("CLIENT ID\r\n");
        client.readLine();
        direct.command("REPLICAOF", "127.0.0.1", "1");
        String half = "x".repeat(50_000);
        client.send("INCR n\r\n*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\n" + half);
        Await.until("it is refused", () -> direct.info("errorstats").size() >= 1);
        direct.command("REPLICAOF", "NO", "ONE");
        client.send(half + "\r\n").expectError("READONLY");
        client.expect("+OK\r\n");
    }
}
