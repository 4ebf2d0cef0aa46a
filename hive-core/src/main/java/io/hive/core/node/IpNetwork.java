package io.hive.core.node;

/**
 * The addresses that begin with the same bits.
 *
 * @param address one of them
 * @param bits how many bits they share: 0 to 32 for IPv4, to 128 for IPv6
 */
public record IpNetwork(IpAddress address, int bits) {
    public IpNetwork {
        int most = address.v6() ? 128 : 32;
        if (bits < 0 || bits > most) {
            throw new IllegalArgumentException(
                    "expected 0 to " + most + " bits after the address, got " + bits);
        }
    }

    /**
     * Reads {@code 10.0.0.0/8} or {@code fd00::/8}; a single address is a network of its own.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static IpNetwork parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            IpAddress only = IpAddress.parse(text);
            return new IpNetwork(only, only.v6() ? 128 : 32);
        }
        String bits = text.substring(slash + 1);
        if (!bits.matches("\\d{1,3}")) {
            throw new IllegalArgumentException(
                    "expected a number of bits after the slash, got '" + text + "'");
        }
        return new IpNetwork(IpAddress.parse(text.substring(0, slash)), Integer.parseInt(bits));
    }

    /** Whether this is one of them. */
    public boolean contains(IpAddress other) {
        if (other.v6() != address.v6()) {
            return false;
        }
        if (!address.v6()) {
            return same(other.low() << 32, address.low() << 32, bits);
        }
        return same(other.high(), address.high(), Math.min(bits, 64))
                && same(other.low(), address.low(), Math.max(0, bits - 64));
    }

    private static boolean same(long one, long two, int bits) {
        return bits == 0 || (one ^ two) >>> (64 - bits) == 0;
    }

    @Override
    public String toString() {
        return address + "/" + bits;
    }
}
