package io.hive.core.message.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Any bytes are a message, an unknown message, or a {@link DecodeException}; and what was read can
 * be written and read again. With {@code JAZZER_FUZZ=1} it searches, else it replays what was found
 * and a seeded sample of broken messages.
 */
class CodecFuzzTest {
    @FuzzTest(maxDuration = "60s")
    @DictionaryEntries({"HIVE"})
    void anyBytes(byte[] bytes) {
        check(bytes);
    }

    @Test
    void messagesWithBrokenBytes() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        RandomMessages messages = new RandomMessages(seed);
        for (int round = 0; round < 200; round++) {
            messages.oneOfEach()
                    .forEach(message -> {
                        byte[] bytes = PeerCodec.encode(message);
                        for (int flip = 0; flip < 1 + random.nextInt(3); flip++) {
                            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                        }
                        try {
                            check(bytes);
                        } catch (RuntimeException | AssertionError e) {
                            throw new AssertionError("seed " + seed, e);
                        }
                    });
        }
    }

    private static void check(byte[] bytes) {
        try {
            if (PeerCodec.decode(ByteBuffer.wrap(bytes)) instanceof Decoded.Message read) {
                byte[] again = PeerCodec.encode(read.message());
                assertThat(PeerCodec.decode(ByteBuffer.wrap(again))).isEqualTo(read);
            }
        } catch (DecodeException e) {
            assertThat(e).hasMessageContaining("got");
        } catch (IllegalArgumentException e) {
            // What repeats one lineage by number may be too long when it is written in full.
            assertThat(e).hasMessageContaining("at most");
        }
        try {
            HandshakeMessage read = HandshakeCodec.decode(ByteBuffer.wrap(bytes));
            byte[] again = HandshakeCodec.encode(read);
            assertThat(HandshakeCodec.decode(ByteBuffer.wrap(again))).isEqualTo(read);
        } catch (DecodeException e) {
            assertThat(e).hasMessageContaining("got");
        }
    }
}
