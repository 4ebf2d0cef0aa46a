package io.hive.core.message.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.message.codec.HandshakeMessage.Go;
import io.hive.core.message.codec.HandshakeMessage.Hello;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The handshake comes back as it went, and what is none is a {@link DecodeException}. */
class HandshakeCodecTest {
    @Test
    void everyMessageComesBackWithWhateverFollows() throws DecodeException {
        long seed = new Random().nextLong();
        RandomMessages messages = new RandomMessages(seed);
        for (int round = 0; round < 300; round++) {
            for (HandshakeMessage message : List.of(messages.hello(), messages.proof(), new Go())) {
                byte[] bytes = HandshakeCodec.encode(message);
                assertThat(decode(bytes)).as("seed %d", seed).isEqualTo(message);
                assertThat(decode(Arrays.copyOf(bytes, bytes.length + 9)))
                        .as("seed %d", seed)
                        .isEqualTo(message);
            }
        }
    }

    @Test
    void anythingCutShortIsAnError() {
        RandomMessages messages = new RandomMessages(1);
        for (HandshakeMessage message : List.of(messages.hello(), messages.proof(), new Go())) {
            byte[] bytes = HandshakeCodec.encode(message);
            for (int length = 0; length < bytes.length; length++) {
                byte[] cut = Arrays.copyOf(bytes, length);
                assertThatThrownBy(() -> decode(cut)).isInstanceOf(DecodeException.class);
            }
        }
    }

    @Test
    void aStrangersBytesAreNamedAsWhatTheyAre() {
        byte[] other = HandshakeCodec.encode(new RandomMessages(1).hello());
        other[1] = 'X';
        assertThatThrownBy(() -> decode(other))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("expected a hello to begin with HIVE");
        assertThatThrownBy(() -> decode(new byte[] {77}))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("expected a handshake message of type 1 to 3, got 77");
        assertThatThrownBy(() -> decode(new byte[Wire.MAX_HANDSHAKE_BYTES + 1]))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("at most " + Wire.MAX_HANDSHAKE_BYTES);
    }

    @Test
    void versionsAscend() {
        Hello hello = new RandomMessages(1).hello();
        byte[] bytes = HandshakeCodec.encode(hello);
        bytes[5] = (byte) 0xff;
        bytes[6] = (byte) 0xff;
        bytes[7] = 0;
        bytes[8] = 1;
        assertThatThrownBy(() -> decode(bytes))
                .isInstanceOf(DecodeException.class)
                .hasMessageContaining("ascend, got 65535 to 1");
    }

    @Test
    void aLongClusterNameIsNotSent() {
        Hello hello = new RandomMessages(1).hello();
        assertThatThrownBy(() ->
                        HandshakeCodec.encode(
                                new Hello(1, 1, "c".repeat(129), hello.member(), hello.nonce())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the cluster's name has at most 128 bytes, got 129");
    }

    private static HandshakeMessage decode(byte[] bytes) throws DecodeException {
        return HandshakeCodec.decode(ByteBuffer.wrap(bytes));
    }
}
