package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.resp.Command;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Leaks.class)
class RequestFlowTest {
    private static final List<String> WANTED =
            List.of(
                    RelayTest.array("GET k"),
                    RelayTest.array("SET key " + "v".repeat(40)),
                    RelayTest.array("PING"),
                    "inline \"with quotes\" and more\r\n");
    private static final List<String> UNWANTED =
            List.of(RelayTest.array("SYNC"), "replicaof a 1\r\n", RelayTest.array("ACL LOAD x y"));

    /** Between commands; Redis passes over them, and so it does not matter whether they go on. */
    private static final List<String> BLANK = List.of("\r\n", " \r\n", "*0\r\n", "*-1\r\n");

    @Test
    void wantedCommandsPassWholeAndInOrderHoweverTheyAreSplit() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder stream = new StringBuilder();
            StringBuilder expected = new StringBuilder();
            int commands = random.nextInt(8);
            int unwanted = 0;
            for (int i = 0; i < commands; i++) {
                if (random.nextInt(4) == 0) {
                    stream.append(any(BLANK, random));
                }
                if (random.nextInt(3) == 0) {
                    unwanted++;
                    stream.append(any(UNWANTED, random));
                } else {
                    String command = any(WANTED, random);
                    stream.append(command);
                    expected.append(command);
                }
            }
            Told told = new Told();
            told.feed(stream.toString(), 1 + random.nextInt(60));
            String passed = told.passed.toString();
            for (String blank : List.of("*-1\r\n", "*0\r\n")) {
                passed = passed.replace(blank, "");
            }
            assertThat(passed.replaceAll("(?<=\n|^) ?\r\n(?=\\*|i|\r| |$)", ""))
                    .as("seed %d, round %d: %s", seed, round, stream)
                    .isEqualTo(expected.toString());
            assertThat(told.commands).as("seed %d, round %d", seed, round).hasSize(commands);
            assertThat(told.unwanted).as("seed %d, round %d", seed, round).isEqualTo(unwanted);
        }
    }

    @Test
    void aReadOfWantedCommandsIsOneRun() {
        Told told = new Told();
        told.feed(RelayTest.array("GET k").repeat(1000), Integer.MAX_VALUE);
        assertThat(told.runs).isEqualTo(1);
        assertThat(told.commands).hasSize(1000);
    }

    @Test
    void nothingPassesBeforeTheCommandIsKnown() {
        Told told = new Told();
        told.feed("*2\r\n$6\r\nCONFIG\r\n$7\r\nREWRIT", 1);
        assertThat(told.passed).isEmpty();
        assertThat(told.commands).isEmpty();
        told.feed("E\r\n" + RelayTest.array("PING"), 1);
        assertThat(told.passed).hasToString(RelayTest.array("PING"));
        assertThat(told.commands).containsExactly(Command.CONFIG_REWRITE, Command.OTHER);
    }

    @Test
    void aBigCommandPassesAsItComes() {
        Told told = new Told();
        String start = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1000\r\nabc";
        told.feed(start, Integer.MAX_VALUE);
        assertThat(told.passed).hasToString(start);
        assertThat(told.flow.midCommand()).isTrue();
        told.flow.abandon();
        told.feed("d".repeat(997) + "\r\n" + RelayTest.array("PING"), 100);
        assertThat(told.passed).hasToString(start + RelayTest.array("PING"));
    }

    @Test
    void whatIsBlankIsNotKept() {
        Told told = new Told();
        told.feed(" \r\n *0\r\n".repeat(10_000), 7);
        told.flow.release();
        assertThat(told.most).isLessThan(100);
    }

    @Test
    void afterAFaultNothingPasses() {
        Told told = new Told();
        String ping = RelayTest.array("PING");
        told.feed(ping + "*1\r\n$x\r\n" + ping, Integer.MAX_VALUE);
        told.feed(ping, Integer.MAX_VALUE);
        assertThat(told.passed).hasToString(ping);
        assertThat(told.faults).containsExactly("Protocol error: invalid bulk length");
    }

    private static String any(List<String> list, Random random) {
        return list.get(random.nextInt(list.size()));
    }

    /** Wants every command that is not refused, and notes all it is told. */
    private static final class Told implements RequestFlow.Receiver {
        private final RequestFlow flow = new RequestFlow(ByteBufAllocator.DEFAULT);
        private final StringBuilder passed = new StringBuilder();
        private final List<Command> commands = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private int unwanted;
        private int runs;
        private int most;

        void feed(String stream, int piece) {
            byte[] bytes = stream.getBytes(ISO_8859_1);
            int size = Math.min(piece, bytes.length);
            for (int from = 0; from < bytes.length; from += size) {
                int length = Math.min(size, bytes.length - from);
                flow.feed(ByteBufAllocator.DEFAULT.buffer().writeBytes(bytes, from, length), this);
            }
        }

        @Override
        public boolean begins(Command command, boolean alone) {
            commands.add(command);
            boolean wanted = !Policy.answer(command).ours();
            unwanted += wanted ? 0 : 1;
            return wanted;
        }

        @Override
        public void bytes(ByteBuf run) {
            runs++;
            most = Math.max(most, run.readableBytes());
            passed.append(run.toString(ISO_8859_1));
            run.release();
        }

        @Override
        public void malformed(String fault) {
            faults.add(fault);
        }
    }
}
