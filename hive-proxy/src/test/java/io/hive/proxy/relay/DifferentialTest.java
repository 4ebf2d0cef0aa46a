package io.hive.proxy.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.node.IpAddress;
import io.hive.core.redis.RedisEndpoint;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.relay.CommandRules.Compare;
import io.hive.proxy.relay.CommandStream.Command;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same commands to one server directly and to an identical one through the relay: the same
 * bytes come back. {@code -Dhive.differential.seed} repeats a run, {@code
 * -Dhive.differential.commands} is how many commands each client sends.
 */
@ExtendWith(Leaks.class)
class DifferentialTest {
    private static final int COMMANDS = Integer.getInteger("hive.differential.commands", 4_000);
    private static final long SEED =
            Long.getLong("hive.differential.seed", new Random().nextLong());

    private static final String[] SERVER = {
        "--enable-debug-command", "yes", "--slowlog-log-slower-than", "-1"
    };

    private final RelayHarness hive = new RelayHarness();
    private final RedisServer plain = hive.redis(SERVER);
    private final RedisServer behind = hive.redis(SERVER);

    @AfterEach
    void end() {
        hive.close();
    }

    @ParameterizedTest
    @CsvSource({"false, false", "true, false", "false, true", "true, true"})
    void theSameCommandsGiveTheSameBytes(boolean resp3, boolean cut) {
        if (cut) {
            openCut();
        } else {
            hive.open(behind);
        }
        Set<String> sent = differ(hive.address(), resp3, cut ? COMMANDS / 2 : COMMANDS);
        Set<String> missing = expected();
        missing.removeAll(sent);
        assertThat(missing).as("never sent").isEmpty();
        assertThat(hive.counts().protocolErrors()).isZero();
    }

    /** That what differs is the relay's doing, and not the servers'. */
    @Test
    void twoServersAgreeWithoutTheRelay() {
        differ(new InetSocketAddress(behind.address(), behind.port()), true, COMMANDS);
    }

    @Test
    void findsADifferenceThatWasPlanted() {
        hive.open(behind);
        hive.direct(behind).command("SELECT", "1");
        try (DifferentialPair pair = pair(hive.address(), "p:")) {
            List<Command> same =
                    List.of(
                            new Command(List.of("SET", "p:k", "1"), Compare.EXACT),
                            new Command(List.of("GET", "p:k"), Compare.EXACT));
            pair.exchange(same);
            hive.direct(behind).command("SET", "p:k", "2");
            assertThatThrownBy(() -> pair.exchange(same.subList(1, 2)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("GET p:k")
                    .hasMessageContaining("$1\\r\\n1\\r\\n")
                    .hasMessageContaining("$1\\r\\n2\\r\\n");
        }
    }

    /** Sessions share connections: one's replies must not be another's. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void manyAtOnceGetTheSameBytesAsAlone(boolean cut) throws InterruptedException {
        if (cut) {
            openCut();
        } else {
            hive.open(behind);
        }
        List<String> dumps = dumps();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int number = i;
            threads.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    session(
                                            hive.address(),
                                            number,
                                            number % 2 == 0,
                                            false,
                                            COMMANDS / (cut ? 24 : 6),
                                            dumps);
                                } catch (Throwable e) {
                                    failures.add(e);
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        failures.forEach(e -> {
            throw new AssertionError(e.getMessage(), e);
        });
    }

    @Test
    void everyCommandOfTheServerIsSentOrLeftOutForAReason() {
        Set<String> known = CommandStream.named(CommandRules.all());
        known.addAll(CommandRules.LEFT_OUT.keySet());
        assertThat(known).containsAll(listed());
        assertThat(listed())
                .as("no reason without a command")
                .containsAll(CommandRules.LEFT_OUT.keySet());
    }

    /** All that is sent, against what the relay takes of the client's bytes at once. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cutAtEveryByte(boolean resp3) {
        hive.open(behind);
        String script =
                (resp3 ? "HELLO 3\r\n" : "HELLO 2\r\n")
                        + "SET k \"a b\"\r\n\r\n*0\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"
                        + "*4\r\n$5\r\nRPUSH\r\n$1\r\nl\r\n$2\r\n\r\n\r\n$0\r\n\r\n"
                        + "*3\r\n$5\r\nBLPOP\r\n$1\r\nl\r\n$1\r\n0\r\nMULTI\r\nINCR n\r\n"
                        + "*1\r\n$4\r\nEXEC\r\nDEL k l n\r\nSUBSCRIBE c\r\nUNSUBSCRIBE\r\n"
                        + "client reply skip\r\nPING\r\nSELECT 1\r\nRESET\r\n"
                        + "*2\r\n$4\r\nECHO\r\n$3\r\nend\r\n";
        String expected = raw(direct(), script, script.length());
        for (int at = 1; at < script.length(); at++) {
            String got = raw(hive.address(), script, at);
            assertThat(got).as("cut after %d bytes, resp3 %s", at, resp3).isEqualTo(expected);
        }
    }

    /**
     * Sends all up to a cut, waits until the relay has it, sends the rest; HELLO's id is left out.
     */
    private String raw(InetSocketAddress to, String script, int cut) {
        try (RawClient client = new RawClient(to)) {
            long before = hive.counts().bytesIn();
            client.send(script.substring(0, cut));
            if (to.equals(hive.address())) {
                while (hive.counts().bytesIn() < before + cut) {
                    Thread.onSpinWait();
                }
            }
            client.send(script.substring(cut));
            StringBuilder text = new StringBuilder();
            while (!text.toString().endsWith("$3\r\nend\r\n")) {
                text.append(client.readLine()).append("\r\n");
            }
            return text.toString().replaceFirst("id\r\n:\\d+", "id\r\n:");
        }
    }

    private InetSocketAddress direct() {
        return new InetSocketAddress(plain.address(), plain.port());
    }

    private void openCut() {
        CutProxy proxy = new CutProxy(behind.address(), behind.port(), SEED);
        hive.closeAtTheEnd(proxy);
        hive.open(
                new RedisEndpoint(IpAddress.parse(proxy.address()), proxy.port()),
                Duration.ofHours(1));
    }

    private Set<String> differ(InetSocketAddress to, boolean resp3, int commands) {
        return session(to, 0, resp3, true, commands, dumps());
    }

    private Set<String> session(
            InetSocketAddress to,
            int number,
            boolean resp3,
            boolean alone,
            int commands,
            List<String> dumps) {
        long seed = SEED + 31L * number;
        Random random = new Random(seed);
        String prefix = "s" + number + ":";
        CommandStream stream =
                new CommandStream(random, prefix, resp3, alone, dumps, CommandRules.all());
        Set<String> sent = new TreeSet<>();
        try (DifferentialPair pair = pair(to, prefix, seed)) {
            pair.exchange(stream.begin(), sent);
            boolean loud = false;
            for (int i = 0; i < commands || (alone && stream.hasUnused()); ) {
                List<Command> batch = new ArrayList<>();
                if (!loud && i >= commands / 2) {
                    loud = true;
                    batch.addAll(stream.scenes());
                }
                int size = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(60);
                while (batch.size() < size) {
                    batch.addAll(stream.next());
                }
                pair.exchange(batch, sent);
                i += batch.size();
            }
            pair.exchange(List.of(stream.end()), sent);
            pair.exchangeLast(new Command(List.of("QUIT"), Compare.EXACT), sent);
        }
        return sent;
    }

    private DifferentialPair pair(InetSocketAddress to, String prefix) {
        return pair(to, prefix, SEED);
    }

    private DifferentialPair pair(InetSocketAddress to, String prefix, long seed) {
        return new DifferentialPair(direct(), to, prefix, seed, SEED);
    }

    /** Payloads as this version of the server writes them. */
    private List<String> dumps() {
        List<String> dumps = new ArrayList<>();
        try (RawClient client = new RawClient(direct())) {
            client.send("SET d v\r\n").expect("+OK\r\n").send("DUMP d\r\n");
            dumps.add(bulk(client));
            client.send("DEL d\r\nRPUSH d a b c\r\n").expect(":1\r\n:3\r\n").send("DUMP d\r\n");
            dumps.add(bulk(client));
            client.send("DEL d\r\nZADD d 1 m1 2 m2\r\n").expect(":1\r\n:2\r\n").send("DUMP d\r\n");
            dumps.add(bulk(client));
            client.send("DEL d\r\n").expect(":1\r\n");
        }
        return dumps;
    }

    private static String bulk(RawClient client) {
        int length = Integer.parseInt(client.readLine().substring(1));
        String text = client.read(length);
        client.expect("\r\n");
        return text;
    }

    /** What the server lists, without what is left out. */
    private Set<String> expected() {
        Set<String> expected = listed();
        expected.removeAll(CommandRules.LEFT_OUT.keySet());
        return expected;
    }

    /** Commands, and in place of one that has subcommands each of these. */
    private Set<String> listed() {
        Set<String> names = new TreeSet<>();
        RedisConnection direct = hive.direct(plain);
        for (Object each : direct.list("COMMAND")) {
            List<?> entry = (List<?>) each;
            List<?> subcommands = entry.size() > 9 ? (List<?>) entry.get(9) : List.of();
            if (subcommands.isEmpty() || entry.getFirst().equals("command")) {
                names.add((String) entry.getFirst());
            }
            subcommands.forEach(sub -> names.add((String) ((List<?>) sub).getFirst()));
        }
        return names;
    }
}
