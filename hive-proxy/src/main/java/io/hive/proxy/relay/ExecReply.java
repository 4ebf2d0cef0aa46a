package io.hive.proxy.relay;

import io.hive.proxy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.BitSet;
import java.util.function.IntPredicate;

/** What the reply to EXEC says of the commands of its transaction. */
final class ExecReply {
    private ExecReply() {}

    /** Whether the transaction was executed. */
    static boolean ran(ByteBuf reply) {
        int at = reply.readerIndex();
        return reply.getByte(at) == '*' && reply.getByte(at + 1) != '-';
    }

    /**
     * Which commands were not refused when it was executed, by their places in the transaction; all
     * of them if the reply does not show it.
     *
     * @param reply of a transaction that was executed, or its beginning
     * @param count of commands that it has
     */
    static IntPredicate succeeded(ByteBuf reply, int count) {
        byte[] in = ByteBufUtil.getBytes(reply);
        int at = 1;
        while (at < in.length && in[at - 1] != '\n') {
            at++;
        }
        BitSet refused = new BitSet();
        int nth = 0;
        ReplyFramer framer = new ReplyFramer();
        while (at < in.length) {
            boolean error = in[at] == '-';
            if (framer.next(in, at, in.length) != ReplyFramer.Event.REPLY) {
                break;
            }
            refused.set(nth++, error);
            at = framer.position();
        }
        return nth == count ? i -> !refused.get(i) : _ -> true;
    }
}
