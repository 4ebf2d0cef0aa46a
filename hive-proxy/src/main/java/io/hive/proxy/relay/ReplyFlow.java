package io.hive.proxy.relay;

import io.hive.proxy.resp.ReplyScanner;
import io.netty.buffer.ByteBuf;

/**
 * Passes on what the master sends, in runs as long as they come, and stops between two replies
 * where an answer of Hive's own belongs.
 */
final class ReplyFlow {
    private static final byte PUSH = '>';

    /** Whom the replies are told to, in their order. */
    interface Receiver {
        /** Whether a reply is due. If none is, only a push may come. */
        boolean awaitsReply();

        /**
         * A reply has ended.
         *
         * @return whether an answer of Hive's own comes next
         */
        boolean replied();

        /** Bytes for the client. The receiver has to release them. */
        void bytes(ByteBuf run);

        /**
         * It is the turn of Hive's own answers.
         *
         * @return whether all of them could be given, so that replies may go on
         */
        boolean answerOwn();

        /** The master sent what cannot be passed on, and nothing more will be taken from it. */
        void malformed(String fault);
    }

    private final ReplyScanner scanner = new ReplyScanner();
    private boolean faulted;

    /** Whether the client has part of a reply, and not all of it. */
    boolean midReply() {
        return scanner.midFrame();
    }

    /** Forgets the master's stream, for the first byte of another. */
    void reset() {
        scanner.reset();
        faulted = false;
    }

    /**
     * Takes a buffer, and releases it or passes it on, unless it had to stop.
     *
     * @return whether it is done with the buffer; if not, the caller still has it, and what is
     *     readable in it has to be fed again later
     */
    boolean feed(ByteBuf in, Receiver to) {
        boolean done = faulted || scan(in, to);
        if (done) {
            in.release();
        }
        return done;
    }

    private boolean scan(ByteBuf in, Receiver to) {
        int run = in.readerIndex();
        while (in.isReadable()) {
            int begin = in.readerIndex();
            if (!scanner.midFrame() && !to.awaitsReply() && in.getByte(begin) != PUSH) {
                return fault(in, run, begin, "a reply to nothing", to);
            }
            switch (scanner.next(in)) {
                case MORE, PUSH -> {}
                case REPLY -> {
                    if (to.replied()) {
                        pass(in, run, in.readerIndex(), to);
                        run = in.readerIndex();
                        if (!to.answerOwn()) {
                            return !in.isReadable();
                        }
                    }
                }
                case FAULT -> {
                    return fault(in, run, begin, scanner.fault(), to);
                }
            }
        }
        pass(in, run, in.readerIndex(), to);
        return true;
    }

    private boolean fault(ByteBuf in, int run, int begin, String what, Receiver to) {
        pass(in, run, begin, to);
        faulted = true;
        to.malformed(what);
        return true;
    }

    private static void pass(ByteBuf in, int run, int end, Receiver to) {
        if (end > run) {
            to.bytes(in.retainedSlice(run, end - run));
        }
    }
}
