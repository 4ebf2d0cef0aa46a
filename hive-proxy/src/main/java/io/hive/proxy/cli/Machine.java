package io.hive.proxy.cli;

import io.hive.core.node.IpAddress;
import io.hive.core.settings.Surroundings;
import java.io.Console;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/** The machine that this process runs on. */
final class Machine implements Surroundings {
    /** Set aside for documentation: no packet is sent to it, only the route to it is looked up. */
    private static final String ELSEWHERE_V4 = "192.0.2.1";

    private static final String ELSEWHERE_V6 = "2001:db8::1";
    private static final int DISCARD = 9;

    /** A secret or a certificate is smaller. */
    private static final long LARGEST_FILE = 1 << 20;

    @Override
    public Optional<IpAddress> defaultRouteAddress() {
        return routeTo(ELSEWHERE_V4)
                .or(() -> routeTo(ELSEWHERE_V6))
                .or(Machine::firstOfAnInterface);
    }

    @Override
    public int processors() {
        return Runtime.getRuntime().availableProcessors();
    }

    @Override
    public boolean terminal() {
        return outputIsTerminal() || consoleIsTerminal();
    }

    @Override
    public String readFile(String path) throws IOException {
        Path file = Path.of(path);
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new IOException("larger than " + LARGEST_FILE + " bytes");
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IOException("there is no such file", e);
        } catch (AccessDeniedException e) {
            throw new IOException("permission denied", e);
        } catch (MalformedInputException e) {
            throw new IOException("not UTF-8", e);
        }
    }

    /** On Linux; what the input is does not matter, which a console asks for, too. */
    private static boolean outputIsTerminal() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/1"))
                    .toString()
                    .matches("/dev/(pts/\\d+|tty\\w*|console)");
        } catch (IOException | UnsupportedOperationException _) {
            return false;
        }
    }

    /** The check knows a JDK that always has a console; this one has none without a terminal. */
    @SuppressWarnings("SystemConsoleNull")
    private static boolean consoleIsTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** The own end of a socket that is connected elsewhere: connecting UDP sends nothing. */
    private static Optional<IpAddress> routeTo(String elsewhere) {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(elsewhere), DISCARD));
            return usable(socket.getLocalAddress());
        } catch (SocketException _) {
            return Optional.empty();
        }
    }

    private static Optional<IpAddress> firstOfAnInterface() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(Machine::works)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .sorted(Comparator.comparing(address -> !(address instanceof Inet4Address)))
                    .flatMap(address -> usable(address).stream())
                    .findFirst();
        } catch (SocketException _) {
            return Optional.empty();
        }
    }

    private static boolean works(NetworkInterface network) {
        try {
            return network.isUp() && !network.isLoopback();
        } catch (SocketException _) {
            return false;
        }
    }

    private static Optional<IpAddress> usable(InetAddress address) {
        return address.isAnyLocalAddress()
                ? Optional.empty()
                : Optional.of(IpAddress.of(address.getAddress()));
    }
}
