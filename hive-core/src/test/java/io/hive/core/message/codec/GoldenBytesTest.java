package io.hive.core.message.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.message.PeerMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The format as it was released, committed as text. A change of it fails here: append to a body, or
 * take a new type, or raise the protocol version; then run with {@code -Dhive.golden.write=true},
 * which writes the file anew.
 */
class GoldenBytesTest {
    private static final String FILE = "golden-messages.txt";
    private static final Path SOURCE =
            Path.of("src/test/resources/io/hive/core/message/codec", FILE);
    private static final int BYTES_PER_LINE = 32;

    @Test
    void theFormatIsAsItWas() throws IOException, DecodeException {
        Map<String, byte[]> now = new LinkedHashMap<>();
        Map<String, Object> values = new LinkedHashMap<>();
        GoldenMessages.peer()
                .forEach((name, message) -> {
                    now.put(name, PeerCodec.encode(message));
                    values.put(name, new Decoded.Message(message));
                });
        GoldenMessages.handshake()
                .forEach((name, message) -> {
                    now.put(name, HandshakeCodec.encode(message));
                    values.put(name, message);
                });
        if (Boolean.getBoolean("hive.golden.write")) {
            Files.writeString(SOURCE, format(now));
        }

        String committed = read();

        assertThat(format(now)).isEqualTo(committed);
        for (Map.Entry<String, byte[]> line : parse(committed).entrySet()) {
            ByteBuffer bytes = ByteBuffer.wrap(line.getValue());
            Object decoded =
                    bytes.get(0) < 16 ? HandshakeCodec.decode(bytes) : PeerCodec.decode(bytes);
            assertThat(decoded).as(line.getKey()).isEqualTo(values.get(line.getKey()));
        }
    }

    @Test
    void everyMessageHasItsBytes() {
        assertThat(classes(GoldenMessages.peer().values()))
                .containsExactlyInAnyOrder(PeerMessage.class.getPermittedSubclasses());
        assertThat(classes(GoldenMessages.handshake().values()))
                .containsExactlyInAnyOrder(HandshakeMessage.class.getPermittedSubclasses());
    }

    private static Set<Class<?>> classes(Collection<?> values) {
        Set<Class<?>> classes = new HashSet<>();
        values.forEach(value -> classes.add(value.getClass()));
        return classes;
    }

    private static String read() throws IOException {
        if (Boolean.getBoolean("hive.golden.write")) {
            return Files.readString(SOURCE);
        }
        try (InputStream in = GoldenBytesTest.class.getResourceAsStream(FILE)) {
            assertThat(in).as(FILE).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String format(Map<String, byte[]> messages) {
        StringBuilder text =
                new StringBuilder(
                        "# The bytes of sample messages, written by GoldenBytesTest with"
                                + " -Dhive.golden.write=true\n");
        messages.forEach((name, bytes) -> {
            text.append('\n').append(name).append('\n');
            for (int at = 0; at < bytes.length; at += BYTES_PER_LINE) {
                int end = Math.min(bytes.length, at + BYTES_PER_LINE);
                text.append("    ")
                        .append(HexFormat.ofDelimiter(" ").formatHex(bytes, at, end))
                        .append('\n');
            }
        });
        return text.toString();
    }

    private static Map<String, byte[]> parse(String text) {
        Map<String, byte[]> messages = new LinkedHashMap<>();
        for (String block : text.split("\n\n", -1)) {
            if (!block.startsWith("#")) {
                int end = block.indexOf('\n');
                messages.put(
                        block.substring(0, end),
                        HexFormat.of().parseHex(block.substring(end).replaceAll("\\s", "")));
            }
        }
        return messages;
    }
}
