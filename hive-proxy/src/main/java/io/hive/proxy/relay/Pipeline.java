package io.hive.proxy.relay;

import io.hive.proxy.metrics.Histogram;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What goes out over one connection, in batches, and what of it is not answered yet: whose it is,
 * and its bytes, so that it can be run again elsewhere. Event loop only.
 */
final class Pipeline {
    /** What a connection of one's own keeps for its commands at least. */
    private static final int OWN_CHUNK = 512;

    private static final int SHARED_CHUNK = 64 * 1024;

    /** Bytes that are sent even while a batch is under way. */
    private static final int MUCH_UNSENT = 8 * 1024;

    private final LoopRelay home;
    private final Target target;
    private final boolean shared;
    private final InFlight inFlight = new InFlight();
    private final Outbox outbox;

    /** How long the answers take. */
    private Histogram latency;

    /** Who takes the answers to commands of Hive's own, oldest first. */
    private final ArrayDeque<Consumer<byte[]>> silent = new ArrayDeque<>(1);

    /** Null before it is connected, and after its end. */
    private @Nullable Channel channel;

    /** Whether it will be flushed at the end of this round of the event loop. */
    private boolean dirty;

    /** Whether the large command under way is kept, and what is kept of such. */
    private boolean keeping;

    private long kept;

    /** Whether a large command was begun and is not answered: it is ended even on a held route. */
    private boolean largeUnderWay;

    /** Whether what goes over it confirms what others have written. */
    private boolean confirms;

    /** Commands of the last batch that have no reply yet. */
    private int batched;

    Pipeline(LoopRelay home, Target target, boolean shared) {
        this.home = home;
        latency = home.meter().latency(shared, 0);
        this.target = target;
        this.shared = shared;
        outbox = new Outbox(home.allocator(), shared ? SHARED_CHUNK : OWN_CHUNK);
    }

    void over(Channel to) {
        channel = to;
    }

    /** Which database it is set up for from here on. */
    void database(int database) {
        latency = home.meter().latency(shared, database);
    }

    // ---- what is under way

    boolean isEmpty() {
        return inFlight.isEmpty();
    }

    /** Commands not answered yet. */
    int commands() {
        return inFlight.commands();
    }

    /** Whose command is the next to be answered; there must be one. */
    @Nullable Session owner() {
        return inFlight.owner();
    }

    /** What the next command to be answered is; there must be one. */
    Tag tag() {
        return inFlight.tag();
    }

    /** Whether the oldest command may wait for something to happen. */
    boolean blocked() {
        return !inFlight.isEmpty()
                && (inFlight.tag() == Tag.BLOCKING_READ || inFlight.tag() == Tag.BLOCKING_WRITE);
    }

    /** Whether something that was sent is about to be answered. */
    boolean awaitsReplies() {
        return (batched > 0 || largeUnderWay) && !blocked();
    }

    /** What goes over it writes nothing. */
    void confirming() {
        confirms = true;
    }

    /** The commands that are under way, in the order they were sent in. */
    List<Taken> taken() {
        return Splitter.split(home.commands(), inFlight, outbox);
    }

    /** A session wants nothing of what is still to come for it. */
    void disown(Session session) {
        inFlight.disown(session);
    }

    /**
     * The oldest command is answered; there must be one. With a batch it is the next one's turn.
     */
    void answered() {
        if (batched > 0 && --batched == 0 && outbox.unsent() > 0) {
            soil();
        }
        if (inFlight.endsEntry() && inFlight.tag().timed()) {
            latency.record(home.lately() - inFlight.since(), inFlight.count());
        }
        int over = inFlight.answer();
        if (over > 0) {
            outbox.answered(over);
        }
        if (inFlight.isEmpty()) {
            largeUnderWay = false;
            letGo();
        }
    }

    /** Who takes the reply to the oldest command of Hive's own, which is answered. */
    @Nullable Consumer<byte[]> silentAnswered() {
        return silent.poll();
    }

    // ---- sending

    /** Queues commands of a session; that they are sent is seen to. */
    void add(Session owner, Tag tag, int count, byte[] from, int at, int length) {
        outbox.append(from, at, length);
        enter(owner, tag, count, length);
        soil();
    }

    /** Queues a command of Hive's own. */
    void silently(byte[] command, Consumer<byte[]> then) {
        outbox.append(command, 0, command.length);
        enter(null, Tag.SILENT, 1, command.length);
        silent.add(then);
        soil();
    }

    private void enter(@Nullable Session owner, Tag tag, int count, int length) {
        inFlight.add(owner, tag, count, length, home.lately());
        home.meter().sent(tag, count);
    }

    /** Begins a command that is too large to be kept; its bytes follow. */
    void beginLarge(Session owner) {
        enter(owner, Tag.LARGE, 1, 0);
        largeUnderWay = true;
    }

    /** Begins a command that is large and still kept, so that it can be run again. */
    void beginKept(Session owner, Tag tag) {
        enter(owner, tag, 1, 0);
        keeping = true;
        largeUnderWay = true;
    }

    /** The large command under way has been sent whole. */
    void endLarge() {
        keeping = false;
    }

    /** Sends bytes of a large command, or of one that is not answered. */
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
        if (to != null) {
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
        if (to != null && mayGo()) {
            outbox.send(to);
            to.flush();
            batched = inFlight.commands();
            if (batched > 0) {
                home.batch(batched);
            }
        }
    }

    /** What was begun is ended, and what was written is confirmed, while nothing new may go. */
    private boolean mayGo() {
        return home.leadsTo(target) || ((largeUnderWay || confirms) && home.hears(target));
    }

    /** Gives all that was queued to the channel, which has to be flushed. */
    void sendAll() {
        Channel to = channel;
        if (to != null) {
            outbox.send(to);
        }
    }

    private void soil() {
        if (!dirty) {
            dirty = true;
            home.flushLater(this);
        }
    }

    private void letGo() {
        if (kept > 0) {
            home.metrics().keptBytes.addAndGet(-kept);
            kept = 0;
        }
    }

    /** The end: nothing is under way any more, and nothing more will be sent. */
    void release() {
        channel = null;
        inFlight.clear();
        outbox.release();
        letGo();
        silent.clear();
    }
}
