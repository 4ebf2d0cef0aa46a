package io.hive.proxy.relay;

/**
 * What the relay holds for one client or connection.
 *
 * @param lowWater bytes waiting for one socket under which its source is read again, 1 or more
 * @param highWater bytes waiting for one socket over which its source is no longer read
 * @param largeCommand bytes over which a command is not kept whole, and goes over a connection of
 *     the session's own
 * @param keptCommand bytes up to which a large command is kept all the same until it is answered,
 *     so that it can be run again, as long as all of those together are within half of what may be
 *     parked
 * @param wholeReply bytes over which a reply is not kept until it is whole; on a shared connection
 *     a read with such a reply is run again over one of the session's own
 * @param windowCommands commands that a session may have under way on a shared connection: what is
 *     before anybody else's
 * @param windowBytes the same in bytes
 * @param slowClient bytes of replies waiting for one client over which it is closed, if they came
 *     over a shared connection
 */
record RelayLimits(
        int lowWater,
        int highWater,
        int largeCommand,
        int keptCommand,
        int wholeReply,
        int windowCommands,
        int windowBytes,
        int slowClient) {
    static final RelayLimits DEFAULTS =
            new RelayLimits(
                    64 << 10, 256 << 10, 32 << 10, 4 << 20, 128 << 10, 512, 64 << 10, 8 << 20);

    RelayLimits {
        check(lowWater >= 1, "lowWater is 1 or more", lowWater);
        check(highWater > lowWater, "highWater is above lowWater (" + lowWater + ")", highWater);
        check(largeCommand >= 64, "largeCommand is 64 or more", largeCommand);
        check(keptCommand >= largeCommand, "keptCommand is at least largeCommand", keptCommand);
        check(wholeReply >= 64, "wholeReply is 64 or more", wholeReply);
        check(windowCommands >= 1, "windowCommands is 1 or more", windowCommands);
        check(windowBytes >= 1, "windowBytes is 1 or more", windowBytes);
        check(slowClient > highWater, "slowClient is above highWater", slowClient);
    }

    private static void check(boolean holds, String expected, int got) {
        if (!holds) {
            throw new IllegalArgumentException(expected + ", got " + got);
        }
    }
}
