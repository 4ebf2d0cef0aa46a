package io.hive.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Any bytes give the same ends, commands and faults however they are split, and never an exception.
 * With {@code JAZZER_FUZZ=1} it searches, else it replays what was found and a seeded sample.
 */
class ScannerFuzzTest {
    private static final String ALPHABET = "*$+-:,(#_=!%~|>0123\r\n\r\n\"'\\x GETSYNC?";

    @FuzzTest(maxDuration = "60s")
    @DictionaryEntries({"*1\\x0d\\x0a", "$4\\x0d\\x0a", "SYNC", "\\x0d\\x0a"})
    void requests(byte[] bytes) {
        assertThat(requestEvents(bytes, 1)).isEqualTo(requestEvents(bytes, bytes.length + 1));
    }

    @FuzzTest(maxDuration = "60s")
    @DictionaryEntries({
        "*1\\x0d\\x0a",
        "$4\\x0d\\x0a",
        "|1\\x0d\\x0a",
        ">1\\x0d\\x0a",
        "_\\x0d\\x0a"
    })
    void replies(byte[] bytes) {
        assertThat(replyEvents(bytes, 1)).isEqualTo(replyEvents(bytes, bytes.length + 1));
    }

    @Test
    void randomStreams() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
            }
            int piece = 1 + random.nextInt(5);
            assertThat(requestEvents(bytes, piece))
                    .as("seed %d", seed)
                    .isEqualTo(requestEvents(bytes, bytes.length + 1));
            assertThat(replyEvents(bytes, piece))
                    .as("seed %d", seed)
                    .isEqualTo(replyEvents(bytes, bytes.length + 1));
        }
    }

    private static List<String> requestEvents(byte[] bytes, int piece) {
        List<String> events = new ArrayList<>();
        RequestScanner scanner = new RequestScanner();
        for (int from = 0; from < bytes.length; from += piece) {
            ByteBuf in = window(bytes, from, piece);
            RequestScanner.Event event = scanner.next(in);
            while (event != RequestScanner.Event.MORE) {
                if (event == RequestScanner.Event.FAULT) {
                    events.add(scanner.fault());
                    return events;
                }
                events.add(
                        event == RequestScanner.Event.HEAD
                                ? scanner.command().name()
                                : event + " " + in.readerIndex());
                event = scanner.next(in);
            }
        }
        events.add(String.valueOf(scanner.midCommand()));
        return events;
    }

    private static List<String> replyEvents(byte[] bytes, int piece) {
        List<String> events = new ArrayList<>();
        ReplyScanner scanner = new ReplyScanner();
        for (int from = 0; from < bytes.length; from += piece) {
            ByteBuf in = window(bytes, from, piece);
            ReplyScanner.Event event = scanner.next(in);
            while (event != ReplyScanner.Event.MORE) {
                if (event == ReplyScanner.Event.FAULT) {
                    events.add(scanner.fault());
                    return events;
                }
                events.add(event + " " + in.readerIndex());
                event = scanner.next(in);
            }
        }
        events.add(String.valueOf(scanner.midFrame()));
        return events;
    }

    private static ByteBuf window(byte[] bytes, int from, int length) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        in.setIndex(from, Math.min(bytes.length, from + length));
        return in;
    }
}
