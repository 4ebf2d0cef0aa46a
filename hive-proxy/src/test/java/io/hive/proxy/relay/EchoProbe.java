package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * A client that asks for what nobody else asks, and has to get that, byte for byte and in order.
 * For one thread, which never waits in here.
 */
final class EchoProbe implements AutoCloseable {
    private static final int LONGEST = 150;

    private final SocketChannel channel;
    private final String name;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    private final StringBuilder expected = new StringBuilder();
    private long asked;

    EchoProbe(InetSocketAddress relay, int index) {
        name = "probe" + index + ".";
        try {
            channel = SocketChannel.open(relay);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks for a text that is about so long. */
    void ask(int padding) {
        String text = name + asked++ + "p".repeat(padding % LONGEST);
        expected.append('$').append(text.length()).append("\r\n").append(text).append("\r\n");
        ByteBuffer command = ByteBuffer.wrap(FuzzCommand.array(List.of("ECHO", text)));
        try {
            channel.write(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertThat(command.hasRemaining()).as("the kernel takes it all").isFalse();
    }

    /** Whether all its answers have come. */
    boolean answered() {
        return expected.isEmpty();
    }

    /** Takes what has come. */
    void poll() {
        try {
            for (int read = channel.read(buffer.clear());
                    read != 0;
                    read = channel.read(buffer.clear())) {
                assertThat(read).as("%s was closed; it waits for %s", name, expected).isPositive();
                String got = new String(buffer.array(), 0, read, ISO_8859_1);
                String due = expected.substring(0, Math.min(read, expected.length()));
                assertThat(got).as("what %s gets", name).isEqualTo(due);
                expected.delete(0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
