package io.hive.proxy.relay;

import java.util.ArrayList;
import java.util.List;

/** The transaction of a session: what was sent of it, and what has become of it. */
final class Transaction {
    /** What is kept of one, so that it can be replayed whole when the master is changed. */
    private static final int MAX_BYTES = 256 * 1024;

    /** How it stands. */
    enum Fate {
        /** None is open. */
        NONE,
        /** Its commands are queued by Redis. */
        OPEN,
        /** Hive refused a command of it: it must not be executed. */
        REFUSED,
        /** It is gone with its master: Hive answers in its place until it ends. */
        LOST
    }

    private Fate fate = Fate.NONE;
    private boolean watching;
    private boolean watchBroken;
    private final List<byte[]> sent = new ArrayList<>(0);
    private int bytes;

    /** How many commands were sent to be queued. */
    private int queued;

    /** Commands of one that Redis had answered, to be sent again before the rest; MULTI first. */
    private List<byte[]> resumed = List.of();

    Fate fate() {
        return fate;
    }

    /** Whether Redis has something of it, or may have. */
    boolean ties() {
        return watching || open() || !resumed.isEmpty();
    }

    /** It goes on over another connection, which has to get these commands first. */
    void resume(List<byte[]> answered) {
        resumed = List.copyOf(answered);
    }

    /** What another connection has to get first; given once. */
    List<byte[]> resumed() {
        List<byte[]> commands = resumed;
        resumed = List.of();
        return commands;
    }

    /** A command of it is too large to be kept. */
    void forget() {
        queued++;
        bytes = MAX_BYTES + 1;
        sent.clear();
    }

    boolean open() {
        return fate == Fate.OPEN || fate == Fate.REFUSED;
    }

    /** Whether an EXEC must not reach Redis. */
    boolean mustNotRun() {
        return watchBroken || fate == Fate.REFUSED;
    }

    /** Whether an EXEC has to say that a watched key has changed. */
    boolean watchBroken() {
        return watchBroken;
    }

    boolean watching() {
        return watching;
    }

    void watch() {
        watching = true;
    }

    void unwatch() {
        watching = false;
        watchBroken = false;
    }

    /** MULTI was sent. */
    void begin(byte[] from, int at, int length) {
        fate = Fate.OPEN;
        sent.clear();
        bytes = 0;
        add(from, at, length);
        queued = 0;
    }

    /** A command was sent to be queued. */
    void add(byte[] from, int at, int length) {
        queued++;
        bytes += length;
        if (bytes > MAX_BYTES) {
            sent.clear();
        } else {
            byte[] copy = new byte[length];
            System.arraycopy(from, at, copy, 0, length);
            sent.add(copy);
        }
    }

    /** Hive refused a command of it. */
    void refuse() {
        if (fate == Fate.OPEN) {
            fate = Fate.REFUSED;
        }
    }

    /** EXEC or DISCARD was sent, or answered in Redis's place. */
    void end() {
        fate = Fate.NONE;
        watching = false;
        watchBroken = false;
        sent.clear();
        bytes = 0;
    }

    /** Whether all of it can be sent again to another master. */
    boolean replayable() {
        return fate == Fate.OPEN && !watching && !watchBroken && bytes <= MAX_BYTES;
    }

    /** How many commands were sent to be queued. */
    int queued() {
        return queued;
    }

    /** What was sent of the open one, MULTI first. */
    List<byte[]> sent() {
        return List.copyOf(sent);
    }

    /** The connection is lost, and the open transaction with it. */
    void lost() {
        if (open()) {
            fate = Fate.LOST;
        }
        if (watching) {
            watching = false;
            watchBroken = true;
        }
        sent.clear();
        bytes = 0;
    }

    /** The connection is lost, and the open transaction will be sent again by its commands. */
    void replayed() {
        fate = Fate.NONE;
        sent.clear();
        bytes = 0;
    }
}
