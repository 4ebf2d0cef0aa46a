package io.hive.proxy.relay;

import io.hive.proxy.resp.Command;
import io.hive.proxy.resp.RequestScanner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Turns what a client sends into commands, told one by one, and the bytes of those that go on, in
 * runs as long as they come: a read full of commands is one buffer on its way out, not many.
 */
final class RequestFlow {
    /** Whom the commands are told to, in their order. */
    interface Receiver {
        /**
         * A command has begun.
         *
         * @param alone whether it is known to have no arguments
         * @return whether its bytes are wanted
         */
        boolean begins(Command command, boolean alone);

        /** Bytes of the commands that were wanted. The receiver has to release them. */
        void bytes(ByteBuf run);

        /** The client does not speak the protocol; nothing more will come. */
        void malformed(String fault);
    }

    private static final int NONE = -1;

    private final RequestScanner scanner = new RequestScanner();
    private final ByteBufAllocator allocator;

    /** The bytes of a command of which too little has come to know it; at most an inline line. */
    private @Nullable ByteBuf unknown;

    private boolean wanted;
    private boolean headed;
    private boolean faulted;

    RequestFlow(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Whether a command has begun and not ended, and is known. */
    boolean midCommand() {
        return headed;
    }

    /** Whether such a command is also wanted. */
    boolean underWay() {
        return headed && wanted;
    }

    /** Drops the rest of the command under way, if there is one. */
    void abandon() {
        wanted = false;
    }

    /** Takes a buffer, and releases it or passes it on. */
    void feed(ByteBuf in, Receiver to) {
        try {
            if (!faulted) {
                scan(in, to);
            }
        } finally {
            in.release();
        }
    }

    void release() {
        if (unknown != null) {
            unknown.release();
            unknown = null;
        }
    }

    private void scan(ByteBuf in, Receiver to) {
        int begin = in.readerIndex();
        int run = headed && wanted ? begin : NONE;
        RequestScanner.Event event;
        do {
            event = scanner.next(in);
            int at = in.readerIndex();
            switch (event) {
                case HEAD -> {
                    headed = true;
                    wanted = to.begins(scanner.command(), scanner.withoutArguments());
                    run = wanted ? include(run, begin, to) : cut(in, run, begin, to);
                }
                case END -> {
                    headed = false;
                    begin = at;
                }
                case BLANK -> {
                    release();
                    begin = at;
                }
                case MORE -> {
                    pass(in, run, headed ? at : begin, to);
                    if (!headed && at > begin) {
                        keep(in, begin, at);
                    }
                }
                case FAULT -> {
                    pass(in, run, begin, to);
                    release();
                    faulted = true;
                    to.malformed(scanner.fault());
                }
            }
        } while (event != RequestScanner.Event.MORE && event != RequestScanner.Event.FAULT);
    }

    /** Lets the run go on over a command that is wanted, or start with it. */
    private int include(int run, int begin, Receiver to) {
        if (unknown != null) {
            ByteBuf start = unknown;
            unknown = null;
            to.bytes(start);
        }
        return run == NONE ? begin : run;
    }

    /** Ends the run before a command that is not wanted. */
    private int cut(ByteBuf in, int run, int begin, Receiver to) {
        pass(in, run, begin, to);
        release();
        return NONE;
    }

    private static void pass(ByteBuf in, int run, int end, Receiver to) {
        if (run == NONE || run == end) {
            return;
        }
        to.bytes(in.retainedSlice(run, end - run));
    }

    /** Copies, since a client may send a byte at a time, each in a buffer of its own. */
    private void keep(ByteBuf in, int begin, int end) {
        ByteBuf kept = unknown;
        if (kept == null) {
            kept = allocator.buffer(end - begin);
            unknown = kept;
        }
        kept.writeBytes(in, begin, end - begin);
    }
}
