package io.hive.core.node;

import java.util.function.BiFunction;

/** The text form of an address with a port, shared by everything that has both. */
public final class HostPort {
    private HostPort() {}

    /**
     * Reads {@code ip:port}, {@code [ipv6]:port}, or an address alone with the default port.
     *
     * @param maker builds the value; may reject the port
     * @throws IllegalArgumentException if the text is none of these
     */
    public static <T> T parse(
            String text, int defaultPort, BiFunction<IpAddress, Integer, T> maker) {
        String host = text;
        int port = defaultPort;
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        if (bracketed) {
            int end = text.indexOf(']');
            if (end < 0 || (end + 1 < text.length() && text.charAt(end + 1) != ':')) {
                throw new IllegalArgumentException("expected [ipv6]:port, got '" + text + "'");
            }
            host = text.substring(1, end);
            port = end + 1 < text.length() ? port(text, end + 2) : defaultPort;
        } else if (colon >= 0 && text.indexOf(':') == colon) {
            host = text.substring(0, colon);
            port = port(text, colon + 1);
        }
        return maker.apply(IpAddress.parse(host), port);
    }

    /** The form that {@link #parse} reads. */
    public static String format(IpAddress address, int port) {
        return address.v6() ? "[" + address + "]:" + port : address + ":" + port;
    }

    private static int port(String text, int from) {
        try {
            return Integer.parseInt(text, from, text.length(), 10);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("expected a port number in '" + text + "'", e);
        }
    }
}
