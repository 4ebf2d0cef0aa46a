package io.hive.core.node;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * An IP address as a number.
 *
 * <p>Ordered by family (IPv4 first), then numerically: as text, 10.0.0.10 would sort before
 * 10.0.0.9, and two nodes that disagree on the order disagree on the leader (election rule 9).
 *
 * @param v6 whether this is an IPv6 address
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address, or the 32 bits of an IPv4 address
 */
public record IpAddress(boolean v6, long high, long low) implements Comparable<IpAddress> {
    public IpAddress {
        if (!v6 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("an IPv4 address has 32 bits");
        }
    }

    /**
     * Reads a literal, and never asks a resolver.
     *
     * @throws IllegalArgumentException if the text is not an IPv4 or IPv6 literal, or names a zone
     */
    public static IpAddress parse(String text) {
        if (text.isEmpty() || text.indexOf('%') >= 0) {
            throw new IllegalArgumentException(
                    "expected an IPv4 or IPv6 address, got '" + text + "'");
        }
        InetAddress parsed;
        try {
            parsed = InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "expected an IPv4 or IPv6 address, got '" + text + "'", e);
        }
        return of(parsed.getAddress());
    }

    /**
     * Takes an address in network byte order. An IPv4 address mapped into IPv6 becomes IPv4, so
     * that one node seen over a dual-stack socket is not two nodes.
     *
     * @throws IllegalArgumentException if there are neither 4 nor 16 bytes
     */
    public static IpAddress of(byte[] bytes) {
        if (bytes.length == 4) {
            return new IpAddress(false, 0, number(bytes, 0, 4));
        }
        if (bytes.length != 16) {
            throw new IllegalArgumentException(
                    "an IP address has 4 or 16 bytes, got " + bytes.length);
        }
        long high = number(bytes, 0, 8);
        long low = number(bytes, 8, 16);
        if (high == 0 && low >>> 32 == 0xffff) {
            return new IpAddress(false, 0, low & 0xffff_ffffL);
        }
        return new IpAddress(true, high, low);
    }

    /** The address in network byte order: 4 bytes for IPv4, 16 for IPv6. */
    public byte[] bytes() {
        byte[] bytes = new byte[v6 ? 16 : 4];
        long value = low;
        for (int i = bytes.length - 1; i >= 0; i--) {
            bytes[i] = (byte) value;
            value = i == 8 && v6 ? high : value >>> 8;
        }
        return bytes;
    }

    /** Whether packets to this address stay on the machine (127.0.0.0/8, ::1). */
    public boolean isLoopback() {
        return v6 ? high == 0 && low == 1 : low >>> 24 == 127;
    }

    @Override
    public int compareTo(IpAddress other) {
        if (v6 != other.v6) {
            return Boolean.compare(v6, other.v6);
        }
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** The literal; IPv6 in full groups, since equal addresses must read equally in logs. */
    @Override
    public String toString() {
        if (!v6) {
            return (low >>> 24)
                    + "."
                    + (low >>> 16 & 255)
                    + "."
                    + (low >>> 8 & 255)
                    + "."
                    + (low & 255);
        }
        try {
            return InetAddress.getByAddress(bytes()).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is never unknown", e);
        }
    }

    private static long number(byte[] bytes, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }
}
