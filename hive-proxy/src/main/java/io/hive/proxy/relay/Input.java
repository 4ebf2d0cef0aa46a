package io.hive.proxy.relay;

import io.hive.proxy.command.CommandSpec;
import io.hive.proxy.command.CommandTable;
import io.hive.proxy.resp.RequestFramer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a client has sent and what was not dealt with yet. Looks into the event loop's own memory
 * while a read is being dealt with, and keeps a copy of what is left when that is over: a client
 * that waits for nothing holds nothing.
 */
final class Input {
    private static final byte[] NOTHING = {};

    private final RequestFramer framer;
    private byte[] array = NOTHING;
    private boolean lent;

    /** The first byte not dealt with. */
    private int start;

    /** The first byte not scanned. */
    private int scan;

    private int end;

    /** Whether what lies between start and scan is one whole command. */
    private boolean whole;

    private boolean faulted;

    /** The first so many bytes, and commands that begin in them, have a ruling. */
    private int ruledBytes;

    private @Nullable Answer ruling;

    Input(CommandTable table) {
        framer = new RequestFramer(table);
    }

    void table(CommandTable table) {
        framer.table(table);
    }

    /** Takes bytes that lie in memory which is somebody else's after {@link #keep()}. */
    void feed(byte[] from, int length) {
        if (start == end) {
            array = from;
            lent = true;
            start = 0;
            scan = 0;
            end = length;
            return;
        }
        int held = end - start;
        if (array.length - end < length) {
            byte[] room =
                    array.length >= 2 * (held + length) ? array : new byte[2 * (held + length)];
            System.arraycopy(array, start, room, 0, held);
            array = room;
            scan -= start;
            start = 0;
            end = held;
        }
        System.arraycopy(from, 0, array, end, length);
        end += length;
    }

    /** The end of a read: keeps what is left in memory of its own, as little as will do. */
    void keep() {
        if (start == end) {
            array = NOTHING;
            lent = false;
            start = 0;
            scan = 0;
            end = 0;
        } else if (lent) {
            array = Arrays.copyOfRange(array, start, end);
            scan -= start;
            end -= start;
            start = 0;
            lent = false;
        }
    }

    /** Scans up to the end of the next command. */
    RequestFramer.Event next() {
        RequestFramer.Event event = framer.next(array, scan, end);
        scan = framer.position();
        faulted |= event == RequestFramer.Event.FAULT;
        return event;
    }

    /** The command that was scanned last, or the one under way if its name is known. */
    CommandSpec spec() {
        CommandSpec spec = framer.spec();
        return spec == null ? CommandTable.UNKNOWN : spec;
    }

    int words() {
        return framer.words();
    }

    /** Whether a command has begun and not ended. */
    boolean midCommand() {
        return framer.midCommand();
    }

    /** Bytes of the command under way, as far as they are announced. */
    long size() {
        return framer.size();
    }

    /** Whether the client sent what is no command; nothing more will be made of it. */
    boolean faulted() {
        return faulted;
    }

    String fault() {
        return framer.fault();
    }

    byte[] array() {
        return array;
    }

    int start() {
        return start;
    }

    int scanned() {
        return scan;
    }

    /** Bytes not dealt with. */
    int held() {
        return end - start;
    }

    boolean whole() {
        return whole;
    }

    /** Notes that a whole command lies there and waits; what was before it is dealt with. */
    void hold(int commandStart) {
        dealt(commandStart);
        whole = true;
    }

    /** Everything up to this index is dealt with. */
    void dealt(int upTo) {
        if (ruledBytes > 0) {
            ruledBytes = Math.max(0, ruledBytes - (upTo - start));
        }
        start = upTo;
        whole = false;
    }

    /** Everything that was scanned is dealt with. */
    void dealt() {
        dealt(scan);
    }

    /** Gives everything that is held an answer. */
    void rule(Answer answer) {
        ruling = answer;
        ruledBytes = held();
    }

    /** What the command at the start has to be answered with, or null if it is to be run. */
    @Nullable Answer ruling() {
        return ruledBytes > 0 ? ruling : null;
    }

    void clear() {
        array = NOTHING;
        lent = false;
        start = 0;
        scan = 0;
        end = 0;
        whole = false;
        ruledBytes = 0;
    }
}
