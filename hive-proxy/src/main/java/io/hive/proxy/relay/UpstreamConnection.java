package io.hive.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the master, from its beginning to its end: shared by the sessions of a profile,
 * or one session's own.
 *
 * <p>What goes out and is not answered yet is its {@link Pipeline}, what comes in goes through its
 * {@link ReplyDelivery}, and whether it counts is its {@link Tenure}. While the route is not open
 * to its master it sends nothing and passes nothing on.
 *
 * <p>Event loop only.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter implements SetUp.Told {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

    private enum State {
        /** Connecting, or being given its profile. */
        BEGINNING,
        READY,
        CLOSED
    }

    private final LoopRelay home;
    private final Target target;
    private final Pipeline pipeline;
    private final ReplyDelivery delivery;
    private final SetUp setUp;
    private final Tenure tenure;
    private Keeper keeper;
    private Profile profile = Profile.BLANK;
    private String name = "";
    private boolean tainted;
    private boolean finished;
    private boolean loginNeeded;
    private @Nullable Channel channel;
    private State state = State.BEGINNING;

    UpstreamConnection(LoopRelay home, Target target, boolean shared, Keeper keeper) {
        this.home = home;
        this.target = target;
        this.keeper = keeper;
        pipeline = new Pipeline(home, target, shared);
        delivery = new ReplyDelivery(home, this, pipeline, shared);
        setUp = new SetUp(home, target, pipeline, this);
        tenure = new Tenure(home, this, pipeline, delivery);
    }

    // ---- what it is

    Target target() {
        return target;
    }

    Profile profile() {
        return profile;
    }

    /** The name that CLIENT SETNAME gave it. */
    String name() {
        return name;
    }

    /** Notes what a client's own command has made of the connection. */
    void became(Profile next, String nextName) {
        profile = next;
        name = nextName;
    }

    /** Whether it has state that nothing takes away, so that no other session may have it. */
    boolean tainted() {
        return tainted;
    }

    void taint() {
        tainted = true;
    }

    /** Whether Redis wants a login before anything else. */
    boolean loginNeeded() {
        return loginNeeded;
    }

    boolean ready() {
        return state == State.READY;
    }

    boolean closed() {
        return state == State.CLOSED;
    }

    /** Commands sent and not answered. */
    int underWay() {
        return pipeline.commands();
    }

    /** Whether something that was sent is about to be answered; what blocks may never be. */
    boolean awaitsReplies() {
        return state != State.CLOSED && pipeline.awaitsReplies();
    }

    /** What it carries only confirms what was done: it goes on while the route is held. */
    void confirming() {
        pipeline.confirming();
    }

    /** Whether the oldest command under way may wait for something to happen. */
    boolean blocked() {
        return pipeline.blocked();
    }

    /** The session that has a part of a reply and not all of it; null if none has. */
    @Nullable Session halfServed() {
        return delivery.halfServed();
    }

    void keeper(Keeper next) {
        keeper = next;
    }

    /** The session that has it for itself, if one does. */
    @Nullable Session session() {
        return keeper instanceof Session session ? session : null;
    }

    /** From here on messages may come among the replies, or no longer. */
    void subscribed(boolean now) {
        delivery.subscribed(now);
    }

    // ---- setting up

    /** The channel it goes over; told once, before anything else. */
    void over(Channel over) {
        channel = over;
        pipeline.over(over);
    }

    void connected(Channel over) {
        home.metrics().upstreams.incrementAndGet();
        over.closeFuture().addListener(_ -> home.metrics().upstreams.decrementAndGet());
        if (state == State.CLOSED) {
            Sockets.close(over);
            return;
        }
        setUp.begin(false);
    }

    /** The profile that it is to have once it is connected. */
    void wanted(Profile next) {
        setUp.wanted(next);
    }

    /** Told once, when it is set up or will never be. */
    void paced(Runnable settled) {
        setUp.paced(settled);
    }

    /** Gives it another profile; {@link Keeper#ready} or {@link Keeper#failed} is told. */
    void change(Profile next) {
        state = State.BEGINNING;
        setUp.wanted(next);
        setUp.begin(true);
        name = "";
    }

    @Override
    public void setUp(Profile now, boolean needsLogin) {
        loginNeeded = needsLogin;
        profile = now;
        pipeline.database(now.database());
        state = State.READY;
        setUp.settled();
        keeper.ready(this);
    }

    @Override
    public void notSetUp(String reason, boolean refused) {
        if (state != State.CLOSED) {
            close();
            if (!refused) {
                home.failed(target, reason);
            }
            keeper.failed(this, reason, refused);
        }
    }

    void connectFailed(@Nullable Throwable cause) {
        notSetUp(cause == null ? "no cause given" : String.valueOf(cause.getMessage()), false);
    }

    // ---- sending

    /** Sends commands of a session. */
    void send(Session owner, Tag tag, int count, byte[] from, int at, int length) {
        pipeline.add(owner, tag, count, from, at, length);
    }

    /** Sends a command of Hive's own. */
    void silently(byte[] command, Consumer<byte[]> then) {
        pipeline.silently(command, then);
    }

    /** Sends a command that gives the connection what the session had on another. */
    void restore(Session owner, byte[] command) {
        pipeline.add(owner, Tag.RESTORE, 1, command, 0, command.length);
    }

    /** Begins a command that is too large to be kept; its bytes follow. */
    void beginLarge(Session owner) {
        pipeline.beginLarge(owner);
    }

    /** Begins a command that is large and still kept, so that it can be run again. */
    void beginKept(Session owner, Tag tag) {
        pipeline.beginKept(owner, tag);
    }

    /** Sends bytes of a large command, or of one that is not answered. */
    void stream(byte[] from, int at, int length) {
        pipeline.stream(from, at, length);
    }

    /** The large command under way has been sent whole. */
    void endLarge() {
        pipeline.endLarge();
    }

    /** The oldest command is answered; for who has dealt with its reply. */
    void popped() {
        delivery.over();
    }

    /** Sends at once what was queued. */
    void flush() {
        pipeline.flush();
    }

    /** Whether less waits to be sent than the high water mark. */
    boolean writable() {
        Channel to = channel;
        return to != null && to.isWritable();
    }

    /** Lets replies come, or holds them back in the sockets. */
    void reading(boolean wanted) {
        Channel to = channel;
        if (to != null && to.config().isAutoRead() != wanted) {
            to.config().setAutoRead(wanted);
        }
    }

    /** Says that nothing more will be sent, once all that was queued is sent. */
    void finish() {
        Channel to = channel;
        if (to != null && state == State.READY && !finished && home.mayUse(this)) {
            finished = true;
            tainted = true;
            pipeline.sendAll();
            Sockets.afterFlush(to, () -> Sockets.shutdownOutput(to));
        }
    }

    // ---- the route

    /** The route was opened, moved or closed. */
    void routeChanged(@Nullable Target now) {
        if (state != State.CLOSED) {
            tenure.routeChanged(now);
        }
    }

    /** Whether it is being left, and only refusals of what is under way are of interest. */
    boolean retiring() {
        return tenure.retiring();
    }

    /** Tells the keeper that it is being left. */
    void tellRetiring() {
        keeper.retiring(this);
    }

    /** Nothing is under way any more. */
    void allAnswered() {
        tenure.allAnswered();
    }

    // ---- the end

    /** Gives it up. Nothing is told to the keeper from here on. */
    void close() {
        state = State.CLOSED;
        setUp.settled();
        tenure.release();
        delivery.release();
        pipeline.release();
        if (channel != null) {
            Sockets.close(channel);
        }
    }

    /** Gives it up, and tells the keeper. */
    void lose(String reason, boolean moved) {
        if (state == State.CLOSED) {
            return;
        }
        if (state != State.READY) {
            notSetUp(reason, false);
            return;
        }
        if (tenure.putsOffEnd(reason)) {
            return;
        }
        state = State.CLOSED;
        keeper.lost(this, reason, moved);
        close();
    }

    /** Redis sent what cannot be passed on. */
    void fault(String what) {
        LOG.warn("{} sent what cannot be passed on: {}", target.master(), what);
        lose("it sent what cannot be passed on: " + what, false);
    }

    /** A session is gone, or wants nothing of what is still to come for it. */
    void disown(Session session) {
        pipeline.disown(session);
        delivery.disown(session);
    }

    /** The commands that are under way, in the order they were sent in. */
    List<Taken> taken() {
        return pipeline.taken();
    }

    /** Those of them that are a session's. */
    List<Taken> taken(Session owner) {
        return pipeline.taken().stream().filter(t -> t.owner() == owner).toList();
    }

    // ---- the channel

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ReferenceCountUtil.release(message);
            return;
        }
        try {
            if (state == State.CLOSED) {
                return;
            }
            if (tenure.mayReceive()) {
                delivery.take(in);
            } else {
                tenure.freeze(in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // The next batch goes at the end of this round: by then more may have come for it.
        home.flushClients();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        Session session = session();
        if (session != null) {
            session.upstreamWritable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lose("closed by Redis", false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("connection to {}: {}", target.master(), String.valueOf(cause));
        lose(String.valueOf(cause.getMessage()), false);
    }
}
