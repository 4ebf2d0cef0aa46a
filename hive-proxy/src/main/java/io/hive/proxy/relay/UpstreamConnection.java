package io.hive.proxy.relay;

import io.hive.proxy.command.CommandSpec;
import io.hive.proxy.command.CommandTable;
import io.hive.proxy.resp.ReplyFramer;
import io.hive.proxy.resp.RequestFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the master: shared by the sessions of a profile, or one session's own.
 *
 * <p>Keeps what was sent until it is answered, and gives each reply to the session whose command it
 * answers. While the route is not open to its master it sends nothing and passes nothing on.
 *
 * <p>Event loop only.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnection.class);

    /** Replies shorter than this are copied, so that the buffer they came in is free again. */
    private static final int COPY_BYTES = 4 * 1024;

    /** What a connection of one's own keeps for its commands at least. */
    private static final int OWN_CHUNK = 512;

    private static final int SHARED_CHUNK = 64 * 1024;

    /** How long what was in the socket when the route moved may take to be read. */
    private static final int LINGER_MILLIS = 1;

    /** Bytes that are sent even while a batch is under way. */
    private static final int MUCH_UNSENT = 8 * 1024;

    /** How long a demoted master may take to refuse what it was sent. */
    private static final int RETIREMENT_MILLIS = 250;

    /** Who looks after a connection. */
    interface Keeper {
        /** It may be used. */
        void ready(UpstreamConnection connection);

        /**
         * It could not be set up.
         *
         * @param refused whether Redis answered, and refused the profile
         */
        void failed(UpstreamConnection connection, String reason, boolean refused);

        /**
         * The route leads elsewhere now, while commands are under way: what Redis refuses of them
         * is still taken, for a moment; then it is {@link #lost}.
         */
        void retiring(UpstreamConnection connection);

        /**
         * It is over. What was under way can be taken with {@link #taken()}.
         *
         * @param moved whether the route leads elsewhere now, and the connection still stood
         */
        void lost(UpstreamConnection connection, String reason, boolean moved);
    }

    /**
     * A command that was under way when its connection was lost or given up.
     *
     * @param item null if it was too large to be kept
     * @param sent whether Redis may have got it
     */
    record Taken(@Nullable Session owner, Tag tag, @Nullable Item item, boolean sent) {}

    private enum State {
        CONNECTING,
        SETTING_UP,
        READY,
        CLOSED
    }

    private final LoopRelay home;
    private final Target target;
    private final boolean shared;
    private final ReplyFramer framer = new ReplyFramer();
    private final InFlight inFlight = new InFlight();
    private final Outbox outbox;

    /** Who takes the answers to commands of Hive's own, oldest first. */
    private final ArrayDeque<Consumer<byte[]>> silent = new ArrayDeque<>(1);

    /** What came while the route was closed. */
    private final ArrayDeque<ByteBuf> frozen = new ArrayDeque<>(1);

    /** Why it is over, while what came before is not looked at yet. */
    private @Nullable String endReason;

    private Keeper keeper;
    private Profile profile = Profile.BLANK;
    private Profile wanted = Profile.BLANK;
    private final Alarm setUpTimeout;
    private final Alarm linger;
    private final Alarm retirement;

    /** Whether what the socket held when the route moved is still read. */
    private boolean lingering;

    private boolean retiring;

    /** Bytes that came in all, and when was last looked whether more come. */
    private long received;

    private long receivedBefore;
    private @Nullable Runnable onSettled;
    private String name = "";
    private boolean tainted;
    private boolean finished;
    private boolean loginNeeded;
    private @Nullable Channel channel;
    private State state = State.CONNECTING;
    private boolean dirty;

    /** Whether the large command under way is kept, and what is kept of such. */
    private boolean keeping;

    private long kept;

    /** Commands of the last batch that have no reply yet. */
    private int batched;

    /** The beginning of a reply whose end has not come; null if there is none, or it was passed. */
    private @Nullable ByteBuf partial;

    /** Whether the beginning of the reply under way was passed on already. */
    private boolean streamed;

    /** Whether the reply under way is for nobody. */
    private boolean dropping;

    /** Whether each frame has to be looked at, since messages come among the replies. */
    private boolean subscribed;

    UpstreamConnection(LoopRelay home, Target target, boolean shared, Keeper keeper) {
        this.home = home;
        this.target = target;
        this.shared = shared;
        this.keeper = keeper;
        outbox = new Outbox(home.allocator(), shared ? SHARED_CHUNK : OWN_CHUNK);
        linger = new Alarm(home.loop(), this::lingerEnds);
        retirement = new Alarm(home.loop(), this::retirementEnds);
        setUpTimeout =
                new Alarm(
                        home.loop(),
                        () -> fail("no answer within " + home.settings().connectTimeout(), false));
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
        return inFlight.commands();
    }

    /** Whether the oldest command under way may wait for something to happen. */
    boolean blocked() {
        return !inFlight.isEmpty()
                && (inFlight.tag() == Tag.BLOCKING_READ || inFlight.tag() == Tag.BLOCKING_WRITE);
    }

    /** Whether the client has a part of a reply and not all of it. */
    boolean halfReply() {
        return streamed;
    }

    void keeper(Keeper next) {
        keeper = next;
    }

    /** From here on messages may come among the replies, or no longer. */
    void subscribed(boolean now) {
        subscribed = now;
    }

    // ---- setting up

    /** The channel it goes over; told once, before anything else. */
    void over(Channel over) {
        channel = over;
    }

    void connected(Channel over) {
        home.metrics().upstreams.incrementAndGet();
        over.closeFuture().addListener(_ -> home.metrics().upstreams.decrementAndGet());
        if (state == State.CLOSED) {
            Sockets.close(over);
            return;
        }
        begin(new ArrayList<>());
    }

    /** The profile that it is to have once it is connected. */
    void wanted(Profile next) {
        wanted = next;
    }

    /** Told once, when it is set up or will never be. */
    void paced(Runnable settled) {
        onSettled = settled;
    }

    private void settled() {
        setUpTimeout.cancel();
        Runnable told = onSettled;
        onSettled = null;
        if (told != null) {
            told.run();
        }
    }

    /** Gives it another profile; {@link Keeper#ready} or {@link Keeper#failed} is told. */
    void change(Profile next) {
        wanted = next;
        List<byte[]> commands = new ArrayList<>();
        commands.add(Profile.command("RESET"));
        begin(commands);
    }

    private void begin(List<byte[]> commands) {
        state = State.SETTING_UP;
        setUpTimeout.set(home.settings().connectTimeout().toMillis());
        commands.addAll(wanted.setup());
        for (byte[] command : commands) {
            silently(command, this::setUpAnswered);
        }
        name = "";
        silently(Profile.command("PING"), this::probed);
        flush();
    }

    private void setUpAnswered(byte[] reply) {
        if (state == State.SETTING_UP && reply[0] == '-') {
            fail(line(reply), !temporary(reply));
        }
    }

    private void probed(byte[] reply) {
        if (state != State.SETTING_UP) {
            return;
        }
        if (temporary(reply)) {
            fail(line(reply), false);
            return;
        }
        loginNeeded = Refusal.starts(reply, "-NOAUTH");
        profile = wanted;
        state = State.READY;
        settled();
        keeper.ready(this);
    }

    private static boolean temporary(byte[] reply) {
        return Refusal.starts(reply, "-LOADING")
                || Refusal.starts(reply, "-MASTERDOWN")
                || Refusal.starts(reply, "-ERR max number of clients");
    }

    void connectFailed(@Nullable Throwable cause) {
        fail(cause == null ? "no cause given" : String.valueOf(cause.getMessage()), false);
    }

    private void fail(String reason, boolean refused) {
        if (state != State.CLOSED) {
            close();
            keeper.failed(this, reason, refused);
        }
    }

    // ---- sending

    /** Sends commands of a session; {@link #flush()} is seen to. */
    void send(Session owner, Tag tag, int count, byte[] from, int at, int length) {
        outbox.append(from, at, length);
        inFlight.add(owner, tag, count, length);
        soil();
    }

    /** Sends a command of Hive's own. */
    void silently(byte[] command, Consumer<byte[]> then) {
        outbox.append(command, 0, command.length);
        inFlight.add(null, Tag.SILENT, 1, command.length);
        silent.add(then);
        soil();
    }

    /** Sends a command that gives the connection what the session had on another. */
    void restore(Session owner, byte[] command) {
        send(owner, Tag.RESTORE, 1, command, 0, command.length);
    }

    /** The oldest command is answered; for who has dealt with its reply. */
    void popped() {
        over();
    }

    /** The large command under way has been sent whole. */
    void endLarge() {
        keeping = false;
    }

    private void letGo() {
        if (kept > 0) {
            home.metrics().keptBytes.addAndGet(-kept);
            kept = 0;
        }
    }

    /** Sends a command that is not answered. */
    void sendUnanswered(byte[] from, int at, int length) {
        stream(from, at, length);
    }

    /** Begins a command that is too large to be kept; its bytes follow. */
    void beginLarge(Session owner) {
        inFlight.add(owner, Tag.LARGE, 1, 0);
    }

    /** Begins a command that is large and still kept, so that it can be run again. */
    void beginKept(Session owner, Tag tag) {
        inFlight.add(owner, tag, 1, 0);
        keeping = true;
    }

    /** Sends bytes of a large command. */
    void stream(byte[] from, int at, int length) {
        if (keeping) {
            outbox.append(from, at, length);
            inFlight.grow(length);
            kept += length;
            home.metrics().keptBytes.addAndGet(length);
            soil();
            return;
        }
        Channel to = channel;
        if (to != null && state == State.READY) {
            outbox.send(to);
            Sockets.write(to, home.allocator().directBuffer(length).writeBytes(from, at, length));
            soil();
        }
    }

    /**
     * Sends what was queued; over a shared connection not before the last batch has its replies,
     * unless much has come together. So the more clients there are, the more of their commands
     * Redis gets with one read, and a lone client waits for nothing.
     */
    void flush() {
        dirty = false;
        if (shared && batched > 0 && outbox.unsent() < MUCH_UNSENT) {
            return;
        }
        Channel to = channel;
        if (to != null && state != State.CLOSED && home.mayUse(this)) {
            outbox.send(to);
            to.flush();
            batched = inFlight.commands();
        }
    }

    /** A reply came; with the last one of a batch it is the turn of the next. */
    private void batchAnswered() {
        if (batched > 0 && --batched == 0 && outbox.unsent() > 0) {
            soil();
        }
    }

    private void soil() {
        if (!dirty) {
            dirty = true;
            home.flushLater(this);
        }
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
            outbox.send(to);
            Sockets.afterFlush(to, () -> Sockets.shutdownOutput(to));
        }
    }

    // ---- the route

    /** The route was opened, moved or closed. */
    void routeChanged(@Nullable Target now) {
        if (state == State.CLOSED) {
            return;
        }
        if (target.equals(now)) {
            thaw();
        } else if (now != null) {
            leave(now);
        } else {
            reading(false);
        }
    }

    /** Replies that say that a command did not run are worth waiting for, for a moment. */
    private void leave(Target now) {
        if (retiring || lingering) {
            return;
        }
        String reason = "the master changed to " + now.master();
        if (home.movedAtOnce() && state == State.READY) {
            // What lies in the socket was sent before the route moved: it is still passed on. The
            // event loop reads before it looks at its timers.
            lingering = true;
            takeFrozen();
            if (inFlight.isEmpty()) {
                lose(reason, true);
            } else if (state != State.CLOSED) {
                linger.set(LINGER_MILLIS);
                reading(true);
            }
        } else if (state != State.READY || inFlight.isEmpty()) {
            dropFrozen();
            lose(reason, true);
        } else {
            retire();
        }
    }

    private void dropFrozen() {
        for (ByteBuf in = frozen.poll(); in != null; in = frozen.poll()) {
            in.release();
        }
    }

    private void lingerEnds() {
        lingering = false;
        if (state == State.READY) {
            if (inFlight.isEmpty()) {
                lose("the master changed", true);
            } else {
                retire();
            }
        }
    }

    private void retire() {
        retiring = true;
        receivedBefore = received;
        retirement.set(RETIREMENT_MILLIS);
        keeper.retiring(this);
        takeFrozen();
        if (state != State.CLOSED) {
            reading(true);
        }
    }

    /** What has begun to come and still comes is let through to its end. */
    private void retirementEnds() {
        if (streamed && received > receivedBefore) {
            receivedBefore = received;
            retirement.set(RETIREMENT_MILLIS);
        } else {
            lose("the master changed", true);
        }
    }

    /** Whether it is being left, and only refusals of what is under way are of interest. */
    boolean retiring() {
        return retiring;
    }

    private boolean mayReceive() {
        return retiring || lingering || home.mayUse(this);
    }

    private void thaw() {
        takeFrozen();
        if (state != State.CLOSED) {
            reading(true);
            flush();
            home.flushClients();
        }
    }

    private void takeFrozen() {
        for (ByteBuf in = frozen.poll(); in != null; in = frozen.poll()) {
            try (Closing _ = in::release) {
                if (state != State.CLOSED) {
                    take(in);
                }
            }
        }
        String end = endReason;
        if (end != null) {
            lose(end, false);
        }
    }

    /** Something to be done in the end. */
    private interface Closing extends AutoCloseable {
        boolean done();

        @Override
        default void close() {
            boolean _ = done();
        }
    }

    // ---- the end

    /** Gives it up. Nothing is told to the keeper from here on. */
    void close() {
        state = State.CLOSED;
        settled();
        retirement.cancel();
        linger.cancel();
        dropFrozen();
        if (partial != null) {
            partial.release();
            partial = null;
        }
        inFlight.clear();
        outbox.release();
        letGo();
        silent.clear();
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
            fail(reason, false);
            return;
        }
        if (!frozen.isEmpty() && !mayReceive()) {
            // What came before its end is looked at first, when the route is known again.
            endReason = reason;
            return;
        }
        state = State.CLOSED;
        keeper.lost(this, reason, moved);
        close();
    }

    /** A session is gone, or wants nothing of what is still to come for it. */
    void disown(Session session) {
        inFlight.disown(session);
    }

    /** The commands that are under way, in the order they were sent in. */
    List<Taken> taken() {
        List<Taken> all = new ArrayList<>();
        Splitter splitter = new Splitter(home.commands(), all);
        inFlight.forEach(splitter);
        return all;
    }

    /** Cuts what was sent into its commands again. */
    private final class Splitter implements InFlight.Visitor {
        private final List<Taken> to;
        private final RequestFramer requests;
        private final int sent = outbox.sent();
        private int offset;

        Splitter(CommandTable table, List<Taken> to) {
            this.to = to;
            requests = new RequestFramer(table);
        }

        @Override
        public void entry(@Nullable Session owner, Tag tag, int count, int answered, int length) {
            if (tag == Tag.LARGE) {
                to.add(new Taken(owner, tag, null, true));
                return;
            }
            byte[] bytes = outbox.copy(offset, length);
            int sentHere = sent - offset;
            offset += length;
            int begin = 0;
            int nth = 0;
            while (begin < length) {
                RequestFramer.Event event = requests.next(bytes, begin, length);
                int end = requests.position();
                if (event == RequestFramer.Event.COMMAND) {
                    if (nth++ >= answered) {
                        to.add(new Taken(owner, tag, item(bytes, begin, end), begin < sentHere));
                    }
                } else if (event == RequestFramer.Event.MORE) {
                    // The last one is not sent whole.
                    to.add(new Taken(owner, Tag.LARGE, null, true));
                } else if (event == RequestFramer.Event.FAULT) {
                    throw new IllegalStateException("what was sent are no commands");
                }
                begin = end;
            }
        }

        private Item item(byte[] bytes, int begin, int end) {
            CommandSpec spec = requests.spec();
            if (spec == null) {
                throw new IllegalStateException("a whole command has a name");
            }
            byte[] one = new byte[end - begin];
            System.arraycopy(bytes, begin, one, 0, one.length);
            return Item.again(spec, requests.words(), one);
        }
    }

    // ---- receiving

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (state == State.CLOSED) {
            in.release();
        } else if (!mayReceive()) {
            frozen.add(home.allocator().directBuffer(in.readableBytes()).writeBytes(in));
            in.release();
            reading(false);
        } else {
            try {
                take(in);
            } finally {
                in.release();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (dirty) {
            // First Redis gets work, then the clients their replies: so both go on at once.
            flush();
        }
        home.flushClients();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!shared && keeper instanceof Session session) {
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

    private void take(ByteBuf in) {
        byte[] scratch = home.replyScratch();
        received += in.readableBytes();
        while (in.isReadable() && state != State.CLOSED) {
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
                if (state != State.CLOSED) {
                    keepPart(in, base + begin, end - begin);
                }
                return;
            }
            if (event == ReplyFramer.Event.FAULT) {
                pass(in, base, run, begin, count);
                fault(framer.fault());
                return;
            }
            if (inFlight.isEmpty() && !(subscribed || event == ReplyFramer.Event.PUSH)) {
                fault("a reply to nothing: " + (char) a[begin]);
                return;
            }
            boolean whole = partial == null && !streamed && !dropping;
            if (whole && plain(event, a[begin])) {
                count++;
                Session owner = inFlight.owner();
                Tag tag = inFlight.tag();
                over();
                if (inFlight.isEmpty() || inFlight.owner() != owner || inFlight.tag() != tag) {
                    give(owner, tag, in, base, run, at, count);
                    run = at;
                    count = 0;
                }
            } else {
                pass(in, base, run, begin, count);
                count = 0;
                if (state != State.CLOSED) {
                    frame(event, in, base + begin, at - begin);
                }
                run = at;
            }
            if (state == State.CLOSED) {
                return;
            }
        }
        pass(in, base, run, end, count);
    }

    private boolean plain(ReplyFramer.Event event, byte type) {
        if (event != ReplyFramer.Event.REPLY || type == '-' || subscribed || retiring) {
            return false;
        }
        Session owner = inFlight.owner();
        return inFlight.tag().plain() && (owner == null || !owner.wary());
    }

    /** Passes on the replies that were run through, all of the session that is next. */
    private void pass(ByteBuf in, int base, int run, int end, int count) {
        if (count > 0) {
            give(inFlight.owner(), inFlight.tag(), in, base, run, end, count);
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
            over();
            if (owner != null) {
                owner.answered(1);
            }
            return;
        }
        if (streamed) {
            streamed = false;
            Session owner = owner(event);
            if (owner != null) {
                owner.part(bytes(in, at, length));
            }
            if (event == ReplyFramer.Event.REPLY) {
                over();
                if (owner != null) {
                    owner.answered(1);
                }
            }
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

    private void deliver(ReplyFramer.Event event, ByteBuf whole) {
        boolean mine = !inFlight.isEmpty() && inFlight.tag() == Tag.SILENT;
        boolean message = subscribed && PubSub.of(whole) == PubSub.Frame.MESSAGE;
        if (event == ReplyFramer.Event.REPLY && mine && !message) {
            byte[] reply = ByteBufUtil.getBytes(whole);
            whole.release();
            over();
            Consumer<byte[]> then = silent.poll();
            if (then != null) {
                then.accept(reply);
            }
            if (keeper instanceof Session session && state == State.READY) {
                session.answered(0);
            }
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
        Tag tag = inFlight.isEmpty() ? Tag.SILENT : inFlight.tag();
        boolean answers = owner.special(this, event, tag, whole);
        if (answers && state != State.CLOSED) {
            over();
            owner.answered(1);
        }
    }

    /** Whose a frame is: a push on a connection that is nobody's goes to nobody. */
    private @Nullable Session owner(ReplyFramer.Event event) {
        boolean push = event == ReplyFramer.Event.PUSH;
        if (!shared && (push || subscribed) && keeper instanceof Session session) {
            return session;
        }
        return push || inFlight.isEmpty() ? null : inFlight.owner();
    }

    private void over() {
        if (inFlight.isEmpty()) {
            return;
        }
        batchAnswered();
        int over = inFlight.answer();
        if (over > 0) {
            outbox.answered(over);
        }
        if (kept > 0 && inFlight.isEmpty()) {
            letGo();
        }
        if ((retiring || lingering) && inFlight.isEmpty()) {
            home.loop().execute(() -> lose("the master changed", true));
        }
    }

    /** Keeps the beginning of a reply, or passes it on if it is long and the session's alone. */
    private void keepPart(ByteBuf in, int at, int length) {
        if (dropping) {
            return;
        }
        if (streamed) {
            Session owner = owner(ReplyFramer.Event.REPLY);
            if (owner != null) {
                owner.part(bytes(in, at, length));
            }
            return;
        }
        ByteBuf kept = partial;
        boolean silentNow = !inFlight.isEmpty() && inFlight.tag() == Tag.SILENT;
        if (!silentNow && framer.size() > home.limits().wholeReply()) {
            large(kept, in, at, length);
            return;
        }
        if (kept == null) {
            int expected = (int) Math.min(framer.size(), home.limits().wholeReply());
            kept = home.allocator().directBuffer(Math.max(expected, length));
            partial = kept;
        }
        kept.writeBytes(in, at, length);
    }

    /** A reply that is too long to be kept until it is whole. */
    private void large(@Nullable ByteBuf kept, ByteBuf in, int at, int length) {
        Session owner = owner(ReplyFramer.Event.REPLY);
        partial = null;
        if (shared && (owner == null || owner.leaves(this))) {
            dropping = true;
            if (kept != null) {
                kept.release();
            }
            return;
        }
        streamed = true;
        if (owner == null) {
            dropping = true;
            streamed = false;
            if (kept != null) {
                kept.release();
            }
            return;
        }
        if (kept != null) {
            owner.part(kept);
        }
        owner.part(bytes(in, at, length));
    }

    private void fault(String what) {
        LOG.warn("{} sent what cannot be passed on: {}", target.master(), what);
        lose("it sent what cannot be passed on: " + what, false);
    }

    private static String line(byte[] reply) {
        int end = reply.length;
        while (end > 1 && (reply[end - 1] == '\n' || reply[end - 1] == '\r')) {
            end--;
        }
        return new String(reply, 1, end - 1, StandardCharsets.ISO_8859_1);
    }
}
