package io.hive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.hive.core.node.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {
    @TempDir private Path directory;

    private final Machine machine = new Machine();

    /** There may be no network at all; but what is found is an address of this machine. */
    @Test
    void defaultRouteAddressIsOneOfThisMachine() throws IOException {
        Optional<IpAddress> address = machine.defaultRouteAddress();
        if (address.isPresent()) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(
                        new InetSocketAddress(InetAddress.getByAddress(address.get().bytes()), 0));
                assertThat(socket.isBound()).isTrue();
            }
            assertThat(address.get().isLoopback()).isFalse();
        }
    }

    @Test
    void thereIsAProcessor() {
        assertThat(machine.processors()).isPositive();
    }

    @Test
    void files() throws IOException {
        Path file = Files.writeString(directory.resolve("secret"), "größer\n");
        assertThat(machine.readFile(file.toString())).isEqualTo("größer\n");
        assertThatIOException()
                .isThrownBy(() -> machine.readFile(directory.resolve("none").toString()))
                .withMessage("there is no such file");
        Path large = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);
        assertThatIOException()
                .isThrownBy(() -> machine.readFile(large.toString()))
                .withMessage("larger than 1048576 bytes");
        Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff});
        assertThatIOException()
                .isThrownBy(() -> machine.readFile(binary.toString()))
                .withMessage("not UTF-8");
    }
}
