package io.hive.proxy.relay;

import io.hive.proxy.resp.ReplyFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gives each reply that comes over a connection to the session whose command it answers. Replies in
 * a row for one session go out as one; those that have to be looked at, one by one; those that are
 * too long to be kept, in parts. Event loop only.
 */
final class ReplyDelivery {
    /** Replies shorter than this are copied, so that the buffer they came in is free again. */
    private static final int COPY_BYTES = 4 * 1024;

    private final LoopRelay home;
    private final UpstreamConnection connection;
    private final Pipeline pipeline;
    private final boolean shared;
    private final ReplyFramer framer = new ReplyFramer();

    /** The beginning of a reply whose end has not come; null if there is none, or it was passed. */
    private @Nullable ByteBuf partial;

    /** Whether the beginning of the reply under way was passed on already. */
    private boolean streamed;

    /** Who gets the reply that is passed on in parts; null if nobody wants it any more. */
    private @Nullable Session served;

    /** Whether the reply under way is for nobody. */
    private boolean dropping;

    /** Whether each frame has to be looked at, since messages come among the replies. */
    private boolean subscribed;

    private long received;

    ReplyDelivery(
            LoopRelay home, UpstreamConnection connection, Pipeline pipeline, boolean shared) {
        this.home = home;
        this.connection = connection;
        this.pipeline = pipeline;
        this.shared = shared;
    }

    /** From here on messages may come among the replies, or no longer. */
    void subscribed(boolean now) {
        subscribed = now;
    }

    /** Whether a part of a reply was given to its session, and not all of it. */
    boolean halfReply() {
        return streamed;
    }

    /** The session that has a part of a reply; null if none has. */
    @Nullable Session halfServed() {
        return served;
    }

    /** A session wants nothing of what is still to come. */
    @SuppressWarnings("ReferenceEquality") // sessions are told apart by what they are
    void disown(Session session) {
        if (served == session) {
            served = null;
        }
    }

    /** Bytes that came in all. */
    long received() {
        return received;
    }

    void release() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    /** The oldest command is answered; also for who has dealt with its reply. */
    void over() {
        if (pipeline.isEmpty()) {
            return;
        }
        pipeline.answered();
        if (pipeline.isEmpty()) {
            connection.allAnswered();
        }
    }

    /** Takes what came. The buffer stays the caller's. */
    void take(ByteBuf in) {
        byte[] scratch = home.replyScratch();
        received += in.readableBytes();
        while (in.isReadable() && !connection.closed()) {
            int base = in.readerIndex();
            int length = Math.min(in.readableBytes(), scratch.length);
            in.getBytes(base, scratch, 0, length);
            scan(scratch, length, in, base);
            in.readerIndex(base + length);
        }
    }

    /** Goes through what came; {@code a} has the same bytes as the buffer has from the base on. */
    private void scan(byte[] a, int end, ByteBuf in, int base) {
        int at = 0;
        // From here on nothing was passed on; replies in a row for one session go out as one.
        int run = 0;
        int count = 0;
        while (at < end) {
            int begin = at;
            ReplyFramer.Event event = framer.next(a, at, end);
            at = framer.position();
            if (event == ReplyFramer.Event.MORE) {
                pass(in, base, run, begin, count);
                if (!connection.closed()) {
                    keepPart(in, base + begin, end - begin);
                }
                return;
            }
            if (event == ReplyFramer.Event.FAULT) {
                pass(in, base, run, begin, count);
                connection.fault(framer.fault());
                return;
            }
            if (pipeline.isEmpty() && !(subscribed || event == ReplyFramer.Event.PUSH)) {
                connection.fault("a reply to nothing: " + (char) a[begin]);
                return;
            }
            boolean whole = partial == null && !streamed && !dropping;
            if (whole && plain(event, a[begin])) {
                count++;
                Session owner = pipeline.owner();
                Tag tag = pipeline.tag();
                over();
                if (pipeline.isEmpty() || pipeline.owner() != owner || pipeline.tag() != tag) {
                    give(owner, tag, in, base, run, at, count);
                    run = at;
                    count = 0;
                }
            } else {
                pass(in, base, run, begin, count);
                count = 0;
                if (!connection.closed()) {
                    frame(event, in, base + begin, at - begin);
                }
                run = at;
            }
            if (connection.closed()) {
                return;
            }
        }
        pass(in, base, run, end, count);
    }

    private boolean plain(ReplyFramer.Event event, byte type) {
        if (event != ReplyFramer.Event.REPLY
                || type == '-'
                || subscribed
                || connection.retiring()) {
            return false;
        }
        Session owner = pipeline.owner();
        return pipeline.tag().plain() && (owner == null || !owner.wary());
    }

    /** Passes on the replies that were run through, all of the session that is next. */
    private void pass(ByteBuf in, int base, int run, int end, int count) {
        if (count > 0) {
            give(pipeline.owner(), pipeline.tag(), in, base, run, end, count);
        }
    }

    private void give(
            @Nullable Session owner, Tag tag, ByteBuf in, int base, int run, int end, int count) {
        if (owner != null) {
            owner.replies(tag, bytes(in, base + run, end - run), count);
        }
    }

    private ByteBuf bytes(ByteBuf in, int at, int length) {
        return length < COPY_BYTES
                ? home.allocator().directBuffer(length).writeBytes(in, at, length)
                : in.retainedSlice(at, length);
    }

    /** A frame that has to be looked at, or came in parts. */
    private void frame(ReplyFramer.Event event, ByteBuf in, int at, int length) {
        if (dropping) {
            dropping = false;
            Session owner = owner(event);
            if (event == ReplyFramer.Event.REPLY) {
                over();
                if (owner != null) {
                    owner.answered(1);
                }
            }
            return;
        }
        if (streamed) {
            lastPart(event, bytes(in, at, length));
            return;
        }
        ByteBuf whole = partial;
        partial = null;
        if (whole == null) {
            whole = bytes(in, at, length);
        } else {
            whole.writeBytes(in, at, length);
        }
        deliver(event, whole);
    }

    /** The end of a reply whose beginning was passed on. */
    private void lastPart(ReplyFramer.Event event, ByteBuf bytes) {
        Session owner = served;
        streamed = false;
        served = null;
        if (owner == null) {
            bytes.release();
        } else {
            owner.part(bytes);
            owner.endParts();
        }
        if (event == ReplyFramer.Event.REPLY) {
            over();
            if (owner != null) {
                owner.answered(1);
            }
        }
    }

    private void deliver(ReplyFramer.Event event, ByteBuf whole) {
        boolean mine = !pipeline.isEmpty() && pipeline.tag() == Tag.SILENT;
        boolean message = subscribed && PubSub.of(whole) == PubSub.Frame.MESSAGE;
        if (event == ReplyFramer.Event.REPLY && mine && !message) {
            silent(whole);
            return;
        }
        Session owner = owner(event);
        if (owner == null) {
            whole.release();
            if (event == ReplyFramer.Event.REPLY) {
                over();
            }
            return;
        }
        Tag tag = pipeline.isEmpty() ? Tag.SILENT : pipeline.tag();
        boolean answers = owner.special(connection, event, tag, whole);
        if (answers && !connection.closed()) {
            over();
            owner.answered(1);
        }
    }

    /** The reply to a command of Hive's own; a session may wait until that is answered. */
    private void silent(ByteBuf whole) {
        byte[] reply = ByteBufUtil.getBytes(whole);
        whole.release();
        over();
        Consumer<byte[]> then = pipeline.silentAnswered();
        if (then != null) {
            then.accept(reply);
        }
        Session session = connection.session();
        if (session != null && connection.ready()) {
            session.answered(0);
        }
    }

    /** Whose a frame is: a push on a connection that is nobody's goes to nobody. */
    private @Nullable Session owner(ReplyFramer.Event event) {
        boolean push = event == ReplyFramer.Event.PUSH;
        Session session = push || subscribed ? connection.session() : null;
        if (session != null) {
            return session;
        }
        return push || pipeline.isEmpty() ? null : pipeline.owner();
    }

    /** Keeps the beginning of a reply, or passes it on if it is long and the session's alone. */
    private void keepPart(ByteBuf in, int at, int length) {
        if (dropping) {
            return;
        }
        if (streamed) {
            Session owner = served;
            if (owner != null) {
                owner.part(bytes(in, at, length));
            }
            return;
        }
        ByteBuf begun = partial;
        boolean silentNow = !pipeline.isEmpty() && pipeline.tag() == Tag.SILENT;
        if (!silentNow && framer.size() > home.limits().wholeReply()) {
            large(begun, in, at, length);
            return;
        }
        if (begun == null) {
            int expected = (int) Math.min(framer.size(), home.limits().wholeReply());
            begun = home.allocator().directBuffer(Math.max(expected, length));
            partial = begun;
        }
        begun.writeBytes(in, at, length);
    }

    /** A reply that is too long to be kept until it is whole. */
    private void large(@Nullable ByteBuf begun, ByteBuf in, int at, int length) {
        partial = null;
        byte type = begun == null ? in.getByte(at) : begun.getByte(begun.readerIndex());
        boolean push = type == '>';
        boolean reply = !push && !(subscribed && type == '+') && !pipeline.isEmpty();
        Session owner = owner(push ? ReplyFramer.Event.PUSH : ReplyFramer.Event.REPLY);
        if (owner == null || (reply && owner.leaves(connection, shared))) {
            dropping = true;
            if (begun != null) {
                begun.release();
            }
            return;
        }
        if (reply && connection.retiring()) {
            // It may come from a master that does not know yet that it is none.
            if (begun != null) {
                begun.release();
            }
            connection.lose("the master changed", true);
            return;
        }
        streamed = true;
        served = owner;
        ByteBuf part = bytes(in, at, length);
        owner.beginParts(
                connection, reply ? pipeline.tag() : Tag.READ, begun == null ? part : begun);
        if (begun != null) {
            owner.part(begun);
        }
        owner.part(part);
    }
}
