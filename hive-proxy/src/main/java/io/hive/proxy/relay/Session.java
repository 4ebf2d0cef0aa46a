package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;
import io.hive.proxy.resp.ReplyFramer;
import io.hive.proxy.resp.RequestFramer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, from its connection to its end.
 *
 * <p>Its commands are dealt with one after the other, in {@link #pump()}: sent over the lane of its
 * profile, or over a connection of its own while something ties it to one, or answered by Hive.
 * What cannot be dealt with yet stays where it is, and nothing behind it is looked at. So the order
 * of the client's commands is kept, and what Hive answers itself is answered when nothing is under
 * way.
 *
 * <p>Entered by the client's event loop alone.
 */
final class Session implements UpstreamConnection.Keeper {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    /** Small exchanges in a row after which a session with large values shares again. */
    private static final int BULKY = 64;

    private static final byte[] NULL_2 = "*-1\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NULL_3 = "_\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FLUSH_CACHE =
            ">2\r\n$10\r\ninvalidate\r\n_\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DISCARD = Profile.command("DISCARD");
    private static final byte[] PING = Profile.command("PING");

    /** Why nothing is dealt with now. */
    private enum Wait {
        /** Nothing: go on. */
        NONE,
        /** The client has sent no whole command. */
        INPUT,
        /** There is no master, or no connection to it yet. */
        MASTER,
        /** What is under way has to be answered first. */
        REPLIES,
        /** The client does not take its replies, or Redis not its commands. */
        ROOM
    }

    /** What becomes of a large command under way. */
    private enum Large {
        NO,
        SENT,
        DROPPED
    }

    private final LoopRelay home;
    private final Channel client;
    private final Input input;
    private final Outgoing out;
    private final Bonds bonds = new Bonds();
    private final Alarm parkTimer;
    private final Alarm retryTimer;
    private final Backoff backoff = new Backoff();

    /** Commands that were taken back from a connection: they come before the input. */
    private final ArrayDeque<Item> replay = new ArrayDeque<>(0);

    private Profile profile = Profile.BLANK;
    private String name = "";
    private @Nullable Lane lane;
    private @Nullable UpstreamConnection own;
    private @Nullable Handshake handshake;
    private @Nullable Recall recall;
    private @Nullable Cursors cursors;
    private Wait wait = Wait.INPUT;

    /** Commands under way on the lane, and their bytes since the last time there were none. */
    private int onLane;

    private int onLaneBytes;

    /** The connection that they went over. */
    private @Nullable UpstreamConnection sentOver;

    /** Exchanges for which the session stays off the lane because its values are large. */
    private int bulky;

    private Large large = Large.NO;
    private @Nullable Answer largeAnswer;
    private boolean skipReply;

    /** Commands that were taken from a lost lane, until all of them are there. */
    private final List<UpstreamConnection.Taken> lost = new ArrayList<>(0);

    private int parkedBytes;
    private boolean parked;
    private boolean rejecting;

    /** What the route led to when commands began to be rejected. */
    private @Nullable Target rejectedAt;

    /** When a master has refused commands first, without running any since; 0 if it did not. */
    private long refusedSince;

    private boolean pumping;
    private boolean inputEnded;

    /** Whether Redis was told that the client sends no more. */
    private boolean finishing;

    private boolean ended;

    Session(LoopRelay home, Channel client) {
        this.home = home;
        this.client = client;
        input = new Input(home.commands());
        out = new Outgoing(home, this, client);
        parkTimer = new Alarm(home.loop(), this::parkExpired);
        retryTimer = new Alarm(home.loop(), this::pump);
    }

    Profile profile() {
        return profile;
    }

    // ---- the client

    /** The client sent something. */
    void read(ByteBuf in) {
        byte[] scratch = home.requestScratch();
        home.metrics().bytesIn.add(in.readableBytes());
        while (in.isReadable() && !ended) {
            int length = Math.min(in.readableBytes(), scratch.length);
            in.readBytes(scratch, 0, length);
            input.feed(scratch, length);
            pump();
        }
    }

    /** The client takes bytes again, or no longer. */
    void writableChanged() {
        UpstreamConnection mine = own;
        if (mine != null && mine.ready()) {
            mine.reading(client.isWritable());
        }
        pump();
    }

    /** Redis takes bytes again, or no longer. */
    void upstreamWritable() {
        pump();
    }

    /** The client will send no more, and may still read. */
    void inputEnded() {
        inputEnded = true;
        if (wait == Wait.MASTER && underWay() == 0 && home.target() == null) {
            end("it left while its commands waited for a master");
        } else {
            pump();
        }
    }

    /** The client is gone. */
    void closed() {
        release();
        home.remove(this);
    }

    /** Ends the session; what was written still reaches the client. */
    void end(String reason) {
        if (!ended) {
            LOG.debug("client {} is closed: {}", client.remoteAddress(), reason);
            release();
            Farewell.to(client, Unpooled.EMPTY_BUFFER);
        }
    }

    /** Ends the session since something it had is lost for good. */
    private void cut(String reason) {
        if (!ended) {
            home.metrics().cutClients.increment();
            LOG.info("client {} is closed: {}", client.remoteAddress(), reason);
            end(reason);
        }
    }

    /** Closes the client at once. */
    void abort() {
        release();
        Sockets.close(client);
    }

    private void release() {
        ended = true;
        parkTimer.cancel();
        retryTimer.cancel();
        unpark();
        leaveLane();
        UpstreamConnection mine = own;
        own(null);
        if (mine != null) {
            if (mine.ready() && !bonds.any() && mine.underWay() == 0 && large == Large.NO) {
                home.pool().giveBack(mine);
            } else {
                mine.close();
            }
        }
        replay.clear();
        lost.clear();
        input.clear();
        out.release();
    }

    private void leaveLane() {
        Lane old = lane;
        lane = null;
        if (old != null) {
            UpstreamConnection connection = sentOver;
            if (connection != null && onLane > 0) {
                connection.disown(this);
            }
            sentOver = null;
            old.leave(this);
        }
        onLane = 0;
        onLaneBytes = 0;
    }

    // ---- the master

    /** The route was opened, moved or closed; the lane knows it already. */
    void routeChanged(@Nullable Target now) {
        if (ended) {
            return;
        }
        if (now != null) {
            rejecting = false;
            retryTimer.cancel();
            backoff.reset();
        }
        UpstreamConnection mine = own;
        if (mine != null) {
            mine.routeChanged(now);
        }
        pump();
    }

    /** The lane can be used. */
    void masterReady() {
        rejecting = false;
        pump();
    }

    /** The profile cannot be set up any more (relay rule 8). */
    void profileRefused(String reason) {
        cut("its " + profile.credentials() + " cannot be set up on the master: " + reason);
    }

    @Override
    public void ready(UpstreamConnection connection) {
        rejecting = false;
        restore(connection);
        pump();
    }

    @Override
    public void failed(UpstreamConnection connection, String reason, boolean refused) {
        own(null);
        if (refused) {
            profileRefused(reason);
            return;
        }
        LOG.debug("no connection to {}: {}", connection.target().master(), reason);
        retryTimer.set(backoff.nextMillis());
        pump();
    }

    @Override
    public void lost(UpstreamConnection connection, String reason, boolean moved) {
        if (finishing) {
            own(null);
            end("it sends no more, and Redis has told it all");
            return;
        }
        ownLost(connection, reason, moved, false);
        pump();
    }

    private int underWay() {
        UpstreamConnection mine = own;
        return onLane + (mine == null ? 0 : mine.underWay());
    }

    // ---- the pump

    /** Deals with as many commands as can be dealt with now. */
    private void pump() {
        if (pumping || ended) {
            return;
        }
        pumping = true;
        try {
            do {
                wait = step();
            } while (wait == Wait.NONE && !ended);
        } catch (RuntimeException e) {
            // A fault in here must not take anybody else's connection with it.
            LOG.error("client {} is closed by a fault in Hive", client.remoteAddress(), e);
            abort();
        } finally {
            pumping = false;
        }
        if (!ended) {
            settle();
        }
    }

    private Wait step() {
        if (recall != null || handshake != null) {
            return Wait.REPLIES;
        }
        if (retryTimer.isSet() && !rejecting) {
            return Wait.MASTER;
        }
        Item item = replay.peek();
        if (item != null) {
            byte[] answer = item.answer();
            Wait result =
                    answer != null
                            ? answerOwn(answer)
                            : dispatchOrFail(
                                    item.spec(),
                                    item.words(),
                                    item.bytes(),
                                    0,
                                    item.bytes().length);
            if (result == Wait.NONE) {
                replay.poll();
            }
            return result;
        }
        if (large != Large.NO) {
            return largeGoesOn();
        }
        if (input.whole()) {
            return inputCommand();
        }
        UpstreamConnection shared = free() ? sharedNow() : null;
        return shared == null ? scanOne() : flow(shared);
    }

    /** Whether plain commands may go over the lane without a second look. */
    private boolean free() {
        return own == null
                && bulky == 0
                && input.ruling() == null
                && !bonds.any()
                && bonds.transaction().fate() == Transaction.Fate.NONE;
    }

    private @Nullable UpstreamConnection sharedNow() {
        Lane mine = lane;
        return mine == null || !mine.profile().equals(profile) ? null : mine.open();
    }

    /** Sends what the client has sent over the lane, up to the first command that may not go. */
    private Wait flow(UpstreamConnection shared) {
        if (!client.isWritable() || windowFull()) {
            return windowFull() ? Wait.REPLIES : Wait.ROOM;
        }
        int begin = input.start();
        int at = begin;
        int count = 0;
        int commands = 0;
        Tag tag = Tag.READ;
        while (true) {
            RequestFramer.Event event = input.next();
            if (event == RequestFramer.Event.COMMAND) {
                CommandSpec spec = input.spec();
                Tag next = Treatment.shared(spec);
                commands++;
                if (next == null
                        || (shared.loginNeeded() && input.scanned() - at > 1024)
                        || input.scanned() - at > home.limits().largeCommand()) {
                    sendRun(shared, tag, count, begin, at);
                    input.hold(at);
                    home.commands(commands);
                    return Wait.NONE;
                }
                if (next != tag && count > 0) {
                    sendRun(shared, tag, count, begin, at);
                    begin = at;
                    count = 0;
                }
                tag = next;
                count++;
                at = input.scanned();
                if (onLane + count >= home.limits().windowCommands()
                        || onLaneBytes + at - begin >= home.limits().windowBytes()) {
                    sendRun(shared, tag, count, begin, at);
                    input.dealt();
                    home.commands(commands);
                    return Wait.NONE;
                }
            } else if (event == RequestFramer.Event.BLANK) {
                sendRun(shared, tag, count, begin, at);
                input.dealt();
                begin = input.start();
                at = begin;
                count = 0;
            } else {
                sendRun(shared, tag, count, begin, at);
                input.dealt(at);
                home.commands(commands);
                return scanned(event);
            }
        }
    }

    private void sendRun(UpstreamConnection shared, Tag tag, int count, int begin, int end) {
        if (count > 0) {
            shared.send(this, tag, count, input.array(), begin, end - begin);
            sentOver = shared;
            onLane += count;
            onLaneBytes += end - begin;
        }
    }

    private boolean windowFull() {
        return onLane >= home.limits().windowCommands()
                || onLaneBytes >= home.limits().windowBytes()
                || out.full();
    }

    /** Looks for the next command, and leaves it where it is. */
    private Wait scanOne() {
        RequestFramer.Event event = input.next();
        if (event == RequestFramer.Event.COMMAND) {
            home.commands(1);
            input.hold(input.start());
            return Wait.NONE;
        }
        if (event == RequestFramer.Event.BLANK) {
            blank();
            return Wait.NONE;
        }
        return scanned(event);
    }

    /** An empty line: to Redis it ends what CLIENT REPLY SKIP and CLIENT CACHING said of "next". */
    private void blank() {
        UpstreamConnection mine = own;
        if (mine != null && mine.ready()) {
            mine.stream(input.array(), input.start(), input.scanned() - input.start());
        }
        skipReply = false;
        input.dealt();
    }

    /** Whether the next command is not answered; asked once for each. */
    private boolean unanswered() {
        boolean skip = skipReply;
        skipReply = false;
        return skip || bonds.muted();
    }

    /** There is no further whole command. */
    private Wait scanned(RequestFramer.Event event) {
        if (event == RequestFramer.Event.FAULT) {
            return malformed();
        }
        if (input.midCommand() && input.size() > home.limits().largeCommand()) {
            return largeBegins();
        }
        return Wait.INPUT;
    }

    private Wait malformed() {
        if (underWay() > 0 || out.holding()) {
            return Wait.REPLIES;
        }
        String fault = input.fault();
        home.metrics().protocolErrors.increment();
        if (!bonds.muted()) {
            out.reply(home.bytes(("-ERR " + fault + "\r\n").getBytes(StandardCharsets.UTF_8)));
        }
        end("it sent what is no command: " + fault);
        return Wait.NONE;
    }

    private Wait inputCommand() {
        CommandSpec spec = input.spec();
        int begin = input.start();
        int length = input.scanned() - begin;
        Answer ruling = input.ruling();
        Wait result;
        if (ruling != null && rulingHolds(ruling, spec)) {
            result = answerOwn(ruling, 1);
        } else {
            result = dispatchOrFail(spec, input.words(), input.array(), begin, length);
        }
        if (result == Wait.NONE && !ended) {
            input.dealt();
        }
        return result;
    }

    /** Behind a write with an unknown outcome only what changes nothing is run. */
    private static boolean rulingHolds(Answer ruling, CommandSpec spec) {
        if (ruling != Answer.NOT_RUN) {
            Treatment treatment = Treatment.of(spec);
            return treatment != Treatment.QUIT && treatment != Treatment.HANG_UP;
        }
        return switch (Treatment.of(spec)) {
            case SHARED ->
                    Treatment.tag(spec) != Tag.READ && Treatment.tag(spec) != Tag.OPAQUE_READ;
            case BLOCKING, UNKNOWN, TRANSACTION, STREAM_READ -> true;
            case SCAN,
                    WAIT,
                    HANDSHAKE,
                    SUBSCRIPTION,
                    MONITOR,
                    REPLY_MODE,
                    TRACKING,
                    CONNECTION,
                    QUIT,
                    HANG_UP,
                    REFUSED ->
                    false;
        };
    }

    /** After the pump: what to read, what is parked, what can be given back. */
    private void settle() {
        boolean settled = underWay() == 0 && handshake == null && recall == null;
        UpstreamConnection mine = own;
        if (mine != null
                && settled
                && wait == Wait.INPUT
                && !bonds.any()
                && bulky == 0
                && large == Large.NO) {
            giveBack(mine);
        }
        if (own == null && bonds.mustBeRestored() && !retryTimer.isSet()) {
            borrow();
        }
        boolean nothingHeld = input.held() == 0 && replay.isEmpty();
        if (inputEnded && settled && !out.holding() && (nothingHeld || wait == Wait.INPUT)) {
            end("it has all its answers and sends no more");
            return;
        }
        boolean waitsForNobody = nothingHeld || wait == Wait.INPUT || blocked();
        if (inputEnded && own != null && waitsForNobody) {
            // As Redis would: what waits for something to happen ends with its client.
            finishing = true;
            own.finish();
        }
        input.keep();
        boolean stalled = wait == Wait.MASTER && !nothingHeld;
        if (stalled || (underWay() > 0 && home.target() == null)) {
            park();
        } else {
            unpark();
        }
        // While it waits a little more is read, since else nobody would notice that it leaves.
        boolean ahead =
                (wait == Wait.MASTER || (wait == Wait.REPLIES && !windowFull()))
                        && input.held() < home.limits().windowBytes();
        boolean read = (wait == Wait.INPUT || ahead) && client.isWritable() && !inputEnded;
        if (client.config().isAutoRead() != read) {
            client.config().setAutoRead(read);
        }
    }

    /** Whether what comes next waits behind a command that waits for something to happen. */
    private boolean blocked() {
        UpstreamConnection mine = own;
        return mine != null && wait == Wait.REPLIES && mine.blocked();
    }

    // ---- parking

    private void park() {
        parkTimer.set(home.settings().parkTimeout().toMillis());
        RelayMetrics metrics = home.metrics();
        if (!parked) {
            parked = true;
            metrics.parkedSessions.incrementAndGet();
        }
        int held = input.held();
        long all = metrics.parkedBytes.addAndGet(held - parkedBytes);
        parkedBytes = held;
        if (all > home.settings().parkBytes() && wait == Wait.MASTER && held > 0) {
            metrics.parkedBytes.addAndGet(-parkedBytes);
            parkedBytes = 0;
            input.rule(Answer.OVERLOADED);
            home.loop().execute(this::pump);
        }
    }

    private void unpark() {
        parkTimer.cancel();
        if (parked) {
            parked = false;
            home.metrics().parkedSessions.decrementAndGet();
            home.metrics().parkedBytes.addAndGet(-parkedBytes);
            parkedBytes = 0;
        }
    }

    /** No master for too long: what is under way is unknown, and what waits fails. */
    private void parkExpired() {
        if (ended) {
            return;
        }
        rejecting = true;
        rejectedAt = home.target();
        retryTimer.cancel();
        UpstreamConnection connection = sentOver;
        if (onLane > 0 && connection != null) {
            connection.taken().stream().filter(t -> t.owner() == this).forEach(this::takeBack);
            connection.disown(this);
            lostCommands();
        }
        UpstreamConnection mine = own;
        if (mine != null) {
            if (mine.ready()) {
                ownLost(mine, "no master within the park timeout", false, false);
            }
            own(null);
            mine.close();
        }
        pump();
    }

    // ---- one command

    /** Deals with one whole command, unless there was no master for too long. */
    private Wait dispatchOrFail(CommandSpec spec, int words, byte[] from, int at, int length) {
        Wait result = dispatch(spec, words, from, at, length);
        if (result == Wait.MASTER && rejecting && !Objects.equals(home.target(), rejectedAt)) {
            // There is a master since, and nobody has told yet.
            rejecting = false;
        }
        return result == Wait.MASTER && rejecting ? answerOwn(Answer.NO_MASTER, 1) : result;
    }

    /** Deals with one whole command, or says what it waits for. */
    private Wait dispatch(CommandSpec spec, int words, byte[] from, int at, int length) {
        Treatment treatment = Treatment.of(spec);
        Transaction transaction = bonds.transaction();
        if (transaction.fate() == Transaction.Fate.LOST && spec.kind() != CommandKind.RESET) {
            return inLostTransaction(spec, treatment);
        }
        return switch (treatment) {
            case REFUSED -> refuse(spec);
            case QUIT -> quit();
            case HANG_UP -> hangUp();
            case SHARED -> plain(spec, Treatment.tag(spec), from, at, length);
            case SCAN -> scan(spec, words, from, at, length);
            case STREAM_READ -> streamRead(spec, from, at, length);
            case BLOCKING -> ownCommand(blocking(spec), spec, from, at, length);
            case UNKNOWN -> unknownCommand(spec, from, at, length);
            case WAIT -> waitForReplicas(spec, from, at, length);
            case HANDSHAKE -> handshake(spec, from, at, length);
            case TRANSACTION -> transactionOrRefusal(spec, words, from, at, length);
            case SUBSCRIPTION -> subscription(spec, from, at, length);
            case MONITOR -> ownCommand(Tag.TRACKING, spec, from, at, length);
            case REPLY_MODE -> replyMode(spec, from, at, length);
            case TRACKING, CONNECTION -> ownCommand(Tag.TRACKING, spec, from, at, length);
        };
    }

    /** It may be any command under another name: from here on the session keeps a connection. */
    private Wait unknownCommand(CommandSpec spec, byte[] from, int at, int length) {
        Wait result = ownCommand(Tag.OPAQUE, spec, from, at, length);
        UpstreamConnection mine = own;
        if (result == Wait.NONE && mine != null) {
            mine.taint();
            bonds.last();
        }
        return result;
    }

    private static Tag blocking(CommandSpec spec) {
        return Treatment.tag(spec) == Tag.READ ? Tag.BLOCKING_READ : Tag.BLOCKING_WRITE;
    }

    /** A command that means nothing to the connection it comes over. */
    private Wait plain(CommandSpec spec, Tag tag, byte[] from, int at, int length) {
        if (bonds.any() || (own != null && !canShare())) {
            return ownCommand(tag, spec, from, at, length);
        }
        if (own != null) {
            giveBack(own);
        }
        if (bulky > 0 || length > home.limits().largeCommand()) {
            bulky = length > home.limits().largeCommand() ? BULKY : bulky - 1;
            return ownCommand(tag, spec, from, at, length);
        }
        Lane mine = laneOfProfile();
        UpstreamConnection shared = mine.open();
        if (shared == null) {
            mine.await(this);
            return Wait.MASTER;
        }
        if (shared.loginNeeded() && length > 1024) {
            // Redis closes connections that send much before they have logged in.
            return answerOwn(NOT_LOGGED_IN);
        }
        if (!client.isWritable() || windowFull()) {
            return windowFull() ? Wait.REPLIES : Wait.ROOM;
        }
        shared.send(this, tag, 1, from, at, length);
        sentOver = shared;
        onLane++;
        onLaneBytes += length;
        return Wait.NONE;
    }

    private static final byte[] NOT_LOGGED_IN =
            "-NOAUTH Authentication required.\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Whether nothing ties the session to the connection of its own any more. */
    private boolean canShare() {
        UpstreamConnection mine = own;
        return mine != null && mine.ready() && mine.underWay() == 0 && !bonds.any() && bulky == 0;
    }

    private Lane laneOfProfile() {
        Lane mine = lane;
        if (mine == null || !mine.profile().equals(profile)) {
            leaveLane();
            mine = home.lane(profile);
            mine.use();
            lane = mine;
        }
        return mine;
    }

    /** A command that goes over a connection of the session's own. */
    private Wait ownCommand(Tag tag, CommandSpec spec, byte[] from, int at, int length) {
        Wait ready = ownReady();
        UpstreamConnection mine = own;
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        Transaction transaction = bonds.transaction();
        boolean queued = transaction.open();
        if (unanswered()) {
            mine.sendUnanswered(from, at, length);
            return Wait.NONE;
        }
        mine.send(this, queued ? Tag.QUEUED : tag, 1, from, at, length);
        if (queued) {
            transaction.add(from, at, length);
            if (tag == Tag.TRACKING) {
                // What EXEC will make of the connection is not looked into: nobody else gets it.
                mine.taint();
                bonds.last();
            }
        } else if (tag == Tag.TRACKING) {
            bond(mine, spec, from, at, length);
        }
        return Wait.NONE;
    }

    /** Whether the session has a connection of its own to send over; sees to it that it will. */
    private Wait ownReady() {
        UpstreamConnection mine = own;
        if (mine != null && mine.ready()) {
            if (!home.mayUse(mine)) {
                return Wait.MASTER;
            }
            return mine.writable() && !out.full() ? Wait.NONE : Wait.ROOM;
        }
        if (onLane > 0) {
            return Wait.REPLIES;
        }
        if (mine == null && !retryTimer.isSet()) {
            borrow();
            mine = own;
            if (mine != null && mine.ready()) {
                return Wait.NONE;
            }
        }
        return Wait.MASTER;
    }

    private void borrow() {
        Target target = home.target();
        if (target != null && onLane == 0) {
            UpstreamConnection mine = home.pool().borrow(this, target, profile, name);
            own(mine);
            if (mine.ready()) {
                restore(mine);
            }
        }
    }

    private void giveBack(UpstreamConnection mine) {
        own(null);
        home.pool().giveBack(mine);
    }

    private void own(@Nullable UpstreamConnection next) {
        int more = (next == null ? 0 : 1) - (own == null ? 0 : 1);
        own = next;
        home.metrics().pinned.addAndGet(more);
    }

    /** What the command does to the connection it comes over. */
    private void bond(UpstreamConnection mine, CommandSpec spec, byte[] from, int at, int length) {
        switch (spec.kind()) {
            case MONITOR -> {
                mine.taint();
                mine.subscribed(true);
                bonds.monitor();
            }
            case CLIENT_TRACKING -> {
                mine.taint();
                List<byte[]> words = Arguments.of(from, at, at + length);
                boolean on = words.size() > 2 && text(words.get(2)).equals("ON");
                boolean redirect = words.stream().anyMatch(w -> text(w).equals("REDIRECT"));
                bonds.track(on, redirect, copy(from, at, length));
            }
            case CLIENT_NO_EVICT, CLIENT_NO_TOUCH, CLIENT_CAPA, CLIENT_IMPORT_SOURCE -> {
                mine.taint();
                bonds.set(copy(from, at, length));
            }
            case CLIENT_ID, CLIENT_INFO, SCRIPT_DEBUG -> {
                mine.taint();
                bonds.last();
            }
            default -> {}
        }
    }

    private Wait refuse(CommandSpec spec) {
        Wait result = answerOwn(Policy.refusal(spec.kind()), 1);
        if (result == Wait.NONE) {
            bonds.transaction().refuse();
        }
        return result;
    }

    private Wait quit() {
        if (out.holding()) {
            return Wait.REPLIES;
        }
        Wait result = answerOwn(Answer.OK.line());
        if (result == Wait.NONE) {
            end("it asked for that");
        }
        return result;
    }

    private Wait hangUp() {
        if (underWay() > 0 || out.holding()) {
            return Wait.REPLIES;
        }
        end("it speaks HTTP");
        return Wait.NONE;
    }

    private Wait scan(CommandSpec spec, int words, byte[] from, int at, int length) {
        Target target = home.target();
        int nth = spec.kind() == CommandKind.SCAN ? 1 : 2;
        Cursors known = cursors;
        if (known != null && target != null && words > nth) {
            byte[] cursor = Arguments.of(from, at, at + length).get(nth);
            if (known.stale(target, cursor)) {
                return answerOwn(Answer.STALE_CURSOR, 1);
            }
        }
        if (known == null) {
            cursors = new Cursors();
        }
        return plain(spec, Tag.SCAN, from, at, length);
    }

    /** XREAD blocks only if it says so; {@code $} is resolved, so that it can be issued again. */
    private Wait streamRead(CommandSpec spec, byte[] from, int at, int length) {
        List<byte[]> words = Arguments.of(from, at, at + length);
        boolean blocks = words.stream().anyMatch(word -> text(word).equals("BLOCK"));
        if (!blocks || bonds.transaction().open()) {
            return plain(spec, Treatment.tag(spec), from, at, length);
        }
        List<Integer> fresh =
                spec.kind() == CommandKind.XREAD && !Arrays.equals(from, resolved)
                        ? LatestIds.wanted(words)
                        : List.of();
        if (fresh.isEmpty()) {
            return ownCommand(blocking(spec), spec, from, at, length);
        }
        Wait ready = ownReady();
        UpstreamConnection mine = own;
        boolean quiet = bonds.muted() || skipReply;
        if (ready != Wait.NONE || mine == null || quiet) {
            return mine != null && quiet
                    ? ownCommand(blocking(spec), spec, from, at, length)
                    : ready;
        }
        if (mine.underWay() > 0) {
            return Wait.REPLIES;
        }
        resolve(mine, spec, words, fresh);
        return Wait.NONE;
    }

    private void resolve(
            UpstreamConnection mine, CommandSpec spec, List<byte[]> words, List<Integer> fresh) {
        LatestIds ids = new LatestIds(words, fresh);
        // The command comes back as the first to be dealt with, once its IDs are known.
        handshake = new Handshake(profile, name, false);
        for (byte[] question : ids.questions()) {
            mine.silently(
                    question,
                    reply -> {
                        if (ids.answered(reply)) {
                            handshake = null;
                            unresolved = null;
                            resolved = ids.command();
                            replay.addFirst(Item.again(spec, words.size(), resolved));
                            home.loop().execute(this::pump);
                        }
                    });
        }
        unresolved = Item.again(spec, words.size(), ids.command());
    }

    /** The last XREAD whose IDs were asked for; it is sent as it is, whatever Redis has told. */
    private byte @Nullable [] resolved;

    /** The XREAD whose IDs are being asked for. */
    private @Nullable Item unresolved;

    /** WAIT counts for the connection that it comes over, which may not be the one written to. */
    private Wait waitForReplicas(CommandSpec spec, byte[] from, int at, int length) {
        Wait ready = ownReady();
        UpstreamConnection mine = own;
        boolean counted = !bonds.transaction().open() && !bonds.muted() && !skipReply;
        if (ready == Wait.NONE && mine != null && counted) {
            mine.silently(PING, _ -> {});
        }
        return ready == Wait.NONE ? ownCommand(Tag.BLOCKING_WRITE, spec, from, at, length) : ready;
    }

    private Wait handshake(CommandSpec spec, byte[] from, int at, int length) {
        if (bonds.transaction().fate() == Transaction.Fate.LOST
                && spec.kind() == CommandKind.RESET) {
            bonds.transaction().end();
        }
        if (bonds.transaction().open() && spec.kind() != CommandKind.RESET) {
            return queuedHandshake(spec, from, at, length);
        }
        Wait ready = ownReady();
        UpstreamConnection mine = own;
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (mine.underWay() > 0) {
            return Wait.REPLIES;
        }
        Handshake next = Handshake.of(spec.kind(), from, at, length, profile, name);
        if (next.reset()) {
            // It ends CLIENT REPLY OFF before it is answered, and SKIP after.
            bonds.mute(false);
        }
        if (unanswered()) {
            mine.sendUnanswered(from, at, length);
            accept(mine, next);
            return Wait.NONE;
        }
        mine.send(this, Tag.HANDSHAKE, 1, from, at, length);
        handshake = next;
        return Wait.NONE;
    }

    /** SELECT and its like inside a transaction: they take effect, if they do, with EXEC. */
    private Wait queuedHandshake(CommandSpec spec, byte[] from, int at, int length) {
        Wait result = ownCommand(Tag.QUEUED, spec, from, at, length);
        if (result == Wait.NONE) {
            Handshake before = onExec == null ? new Handshake(profile, name, false) : onExec;
            onExec = Handshake.of(spec.kind(), from, at, length, before.profile(), before.name());
        }
        return result;
    }

    /** What the open transaction makes of the profile if it is executed. */
    private @Nullable Handshake onExec;

    private void accept(UpstreamConnection mine, Handshake next) {
        if (next.reset()) {
            bonds.reset();
            mine.subscribed(false);
        }
        profile = next.profile();
        name = next.name();
        mine.became(profile, name);
    }

    /** Redis refuses these to who is subscribed and speaks RESP2. */
    private Wait transactionOrRefusal(
            CommandSpec spec, int words, byte[] from, int at, int length) {
        if (bonds.pubSub().pending()) {
            return Wait.REPLIES;
        }
        return profile.protocol() == 2 && bonds.pubSub().confirmed()
                ? ownCommand(Tag.READ, spec, from, at, length)
                : transaction(spec, words, from, at, length);
    }

    private Wait transaction(CommandSpec spec, int words, byte[] from, int at, int length) {
        Transaction transaction = bonds.transaction();
        boolean alone = words == 1;
        return switch (spec.kind()) {
            case MULTI -> {
                if (!alone || transaction.open()) {
                    yield plain(spec, Tag.READ, from, at, length);
                }
                Wait result = ownCommand(Tag.MULTI, spec, from, at, length);
                if (result == Wait.NONE) {
                    transaction.begin(from, at, length);
                    onExec = null;
                }
                yield result;
            }
            case WATCH -> {
                if (transaction.open()) {
                    yield ownCommand(Tag.QUEUED, spec, from, at, length);
                }
                Wait result = ownCommand(Tag.WATCH, spec, from, at, length);
                if (result == Wait.NONE) {
                    transaction.watch();
                }
                yield result;
            }
            case UNWATCH -> {
                if (!alone || transaction.open() || !transaction.watching()) {
                    if (!transaction.open()) {
                        transaction.unwatch();
                    }
                    yield plain(spec, Tag.READ, from, at, length);
                }
                Wait result = ownCommand(Tag.UNWATCH, spec, from, at, length);
                if (result == Wait.NONE) {
                    transaction.unwatch();
                }
                yield result;
            }
            default -> endTransaction(spec, alone, from, at, length);
        };
    }

    private Wait endTransaction(CommandSpec spec, boolean alone, byte[] from, int at, int length) {
        Transaction transaction = bonds.transaction();
        if (!alone || !transaction.open()) {
            return plain(spec, transaction.open() ? Tag.QUEUED : Tag.WRITE, from, at, length);
        }
        boolean exec = spec.kind() == CommandKind.EXEC;
        if (exec && transaction.mustNotRun()) {
            Wait ready = ownReady();
            UpstreamConnection mine = own;
            if (ready != Wait.NONE || mine == null) {
                return ready;
            }
            mine.send(this, Tag.NO_EXEC, 1, DISCARD, 0, DISCARD.length);
            notExecuted = transaction.watchBroken() ? nothing() : Answer.ABORTED_BY_REFUSAL.line();
            transaction.end();
            return Wait.NONE;
        }
        Wait ready = ownReady();
        UpstreamConnection mine = own;
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        boolean quiet = unanswered();
        if (quiet) {
            mine.sendUnanswered(from, at, length);
        } else {
            mine.send(this, exec ? Tag.EXEC : Tag.DISCARD, 1, from, at, length);
        }
        hadWatch = transaction.watching();
        if (exec && !quiet) {
            executing.add(hadWatch ? List.of() : transaction.sent());
        }
        transaction.end();
        return Wait.NONE;
    }

    /** What the client gets for the EXEC in whose place Hive has sent DISCARD. */
    private byte[] notExecuted = NULL_2;

    /** Whether the transaction whose EXEC is under way had a WATCH. */
    private boolean hadWatch;

    /** The commands of each transaction whose EXEC is under way; empty if it cannot be replayed. */
    private final ArrayDeque<List<byte[]>> executing = new ArrayDeque<>(0);

    private byte[] nothing() {
        return profile.protocol() == 3 ? NULL_3 : NULL_2;
    }

    /** The master that had the transaction is gone: Hive answers until it ends (relay rule 6). */
    private Wait inLostTransaction(CommandSpec spec, Treatment treatment) {
        Transaction transaction = bonds.transaction();
        Wait result =
                switch (treatment) {
                    case QUIT -> quit();
                    case HANG_UP -> hangUp();
                    case REFUSED -> refuse(spec);
                    default ->
                            switch (spec.kind()) {
                                case EXEC ->
                                        answerOwn(
                                                transaction.watchBroken()
                                                        ? nothing()
                                                        : Answer.ABORTED.line());
                                case DISCARD -> answerOwn(Answer.OK.line());
                                default -> answerOwn(Answer.QUEUED.line());
                            };
                };
        boolean over = spec.kind() == CommandKind.EXEC || spec.kind() == CommandKind.DISCARD;
        if (result == Wait.NONE && over) {
            transaction.end();
        }
        return result;
    }

    private Wait subscription(CommandSpec spec, byte[] from, int at, int length) {
        if (bonds.transaction().open()) {
            Wait result = answerOwn(Answer.NOT_IN_TRANSACTION.line());
            if (result == Wait.NONE) {
                bonds.transaction().refuse();
            }
            return result;
        }
        Wait ready = ownReady();
        UpstreamConnection mine = own;
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (!bonds.monitoring() && !bonds.pubSub().any() && mine.underWay() > 0) {
            // Replies before the first subscription must not be taken for messages.
            return Wait.REPLIES;
        }
        // It is confirmed whatever CLIENT REPLY has said.
        skipReply = false;
        mine.subscribed(true);
        bonds.pubSub().sent(spec.kind(), from, at, length);
        mine.send(this, Tag.SUBSCRIPTION, 1, from, at, length);
        return Wait.NONE;
    }

    /** CLIENT REPLY: from here on Redis may answer nothing, or not the next command. */
    private Wait replyMode(CommandSpec spec, byte[] from, int at, int length) {
        List<byte[]> words = Arguments.of(from, at, at + length);
        String mode = words.size() == 3 ? text(words.get(2)) : "";
        Wait ready = ownReady();
        UpstreamConnection mine = own;
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (bonds.transaction().open()) {
            // Executed inside EXEC it would cut EXEC's own reply short.
            Wait result = answerOwn(Answer.NOT_IN_TRANSACTION.line());
            if (result == Wait.NONE) {
                bonds.transaction().refuse();
            }
            return result;
        }
        if (bonds.pubSub().pending()) {
            return Wait.REPLIES;
        }
        if (profile.protocol() == 2 && bonds.pubSub().confirmed()) {
            // Redis refuses it to who is subscribed.
            return ownCommand(Tag.READ, spec, from, at, length);
        }
        switch (mode) {
            case "ON" -> {
                skipReply = false;
                bonds.mute(false);
                mine.send(this, Tag.READ, 1, from, at, length);
            }
            case "OFF" -> {
                mine.taint();
                mine.sendUnanswered(from, at, length);
                skipReply = false;
                bonds.mute(true);
            }
            case "SKIP" -> {
                mine.taint();
                mine.sendUnanswered(from, at, length);
                bonds.last();
                skipReply = !bonds.muted();
            }
            default -> {
                return ownCommand(Tag.READ, spec, from, at, length);
            }
        }
        return Wait.NONE;
    }

    // ---- large commands

    private Wait largeBegins() {
        CommandSpec spec = input.spec();
        Treatment treatment = Treatment.of(spec);
        boolean understood = treatment != Treatment.SHARED && treatment != Treatment.REFUSED;
        if (understood && input.size() <= home.limits().keptCommand()) {
            // What it does to the session is known only when all of it is there.
            return Wait.INPUT;
        }
        Answer ruling = input.ruling();
        Answer refusal = null;
        if (ruling != null && rulingHolds(ruling, spec)) {
            refusal = ruling;
        } else if (treatment == Treatment.REFUSED) {
            refusal = Policy.refusal(spec.kind());
        }
        if (refusal != null) {
            return drop(refusal);
        }
        if (bonds.transaction().fate() == Transaction.Fate.LOST) {
            return drop(Answer.QUEUED);
        }
        Wait ready = ownReady();
        UpstreamConnection mine = own;
        if (ready == Wait.MASTER && rejecting) {
            return drop(Answer.NO_MASTER);
        }
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        home.commands(1);
        bulky = BULKY;
        large = Large.SENT;
        boolean queued = bonds.transaction().open();
        if (unanswered()) {
            mine.endLarge();
        } else if (mayKeep() && treatment == Treatment.SHARED) {
            mine.beginKept(this, queued ? Tag.QUEUED : Treatment.tag(spec));
        } else {
            mine.beginLarge(this);
        }
        if (queued) {
            bonds.transaction().forget();
        }
        return Wait.NONE;
    }

    /** Whether the large command that begins can be kept until it is answered. */
    private boolean mayKeep() {
        long kept = home.metrics().keptBytes.get() + input.size();
        return input.size() <= home.limits().keptCommand()
                && kept <= home.settings().parkBytes() / 2;
    }

    /** Lets the rest of a large command come, and gives it an answer of Hive's own. */
    private Wait drop(Answer answer) {
        large = Large.DROPPED;
        largeAnswer = answer;
        return Wait.NONE;
    }

    /** Passes on what has come of a large command. */
    private Wait largeGoesOn() {
        UpstreamConnection mine = own;
        boolean sent = large == Large.SENT && mine != null;
        if (sent && mine != null && !home.mayUse(mine)) {
            return Wait.MASTER;
        }
        if (sent && mine != null && !mine.writable()) {
            return Wait.ROOM;
        }
        boolean over = false;
        if (input.midCommand()) {
            // What was scanned before goes first; what is behind it is scanned as it goes.
            RequestFramer.Event event =
                    input.scanned() - input.start() < input.held()
                            ? input.next()
                            : RequestFramer.Event.MORE;
            over = event == RequestFramer.Event.COMMAND;
            if (event == RequestFramer.Event.FAULT) {
                large = Large.NO;
                if (mine != null && sent) {
                    own(null);
                    mine.close();
                }
                return malformed();
            }
        }
        int length = input.scanned() - input.start();
        if (sent && mine != null && length > 0) {
            mine.stream(input.array(), input.start(), length);
        }
        input.dealt();
        if (!over) {
            return Wait.INPUT;
        }
        if (mine != null) {
            mine.endLarge();
        }
        Answer answer = largeAnswer;
        boolean dropped = large == Large.DROPPED;
        large = Large.NO;
        largeAnswer = null;
        if (dropped && answer != null) {
            home.metrics().answered(answer, 1);
            replay.add(Item.answer(input.spec(), answer.line()));
        }
        return Wait.NONE;
    }

    // ---- answers of Hive's own

    private Wait answerOwn(Answer answer, int times) {
        Wait result = answerOwn(answer.line());
        if (result == Wait.NONE) {
            home.metrics().answered(answer, times);
        }
        return result;
    }

    /** Answers in Redis's place, once everything before it is answered. */
    private Wait answerOwn(byte[] line) {
        if (underWay() > 0) {
            return Wait.REPLIES;
        }
        if (!client.isWritable()) {
            return Wait.ROOM;
        }
        if (!unanswered()) {
            out.reply(home.bytes(line));
        }
        return Wait.NONE;
    }

    // ---- replies

    /** Whether each reply has to be looked at. */
    boolean wary() {
        return recall != null;
    }

    /**
     * The route leads elsewhere now, and the connection still stands: what Redis has refused since
     * will be run on the new master, and nothing else that it says counts any more.
     */
    void retire(UpstreamConnection connection) {
        if (ended) {
            return;
        }
        List<UpstreamConnection.Taken> mine = mine(connection);
        int unsent = (int) mine.stream().filter(t -> !t.sent()).count();
        Recall started = recall;
        if (started == null) {
            // A reply that has begun to reach the client is let through to its end.
            boolean half = connection.halfReply() && !mine.isEmpty();
            started = new Recall(half ? mine.subList(1, mine.size()) : mine, true);
            recall = started;
            handshake = null;
        } else {
            started.notSent(unsent);
        }
        if (onLane > 0) {
            onLane -= unsent;
        }
        if (started.complete()) {
            recalled(started);
        }
    }

    @Override
    public void retiring(UpstreamConnection connection) {
        boolean plain = !bonds.any() && large == Large.NO && handshake == null;
        List<UpstreamConnection.Taken> mine = mine(connection);
        boolean simple = !mine.isEmpty() && mine.stream().allMatch(t -> t.tag().simple());
        if (plain && recall == null && simple) {
            retire(connection);
        }
    }

    /** Replies to so many commands, none of them an error. Takes the buffer. */
    void replies(Tag tag, ByteBuf bytes, int count) {
        if (ended) {
            bytes.release();
            return;
        }
        refusedSince = 0;
        pass(tag, bytes, count);
        slowClient();
        answered(count);
    }

    /** A client that takes its replies too slowly gets the rest over a connection of its own. */
    private void slowClient() {
        UpstreamConnection shared = sentOver;
        if (client.isWritable() || own != null || shared == null) {
            return;
        }
        long pending = pendingBytes();
        boolean left = pending > home.limits().slowClient() && recall == null && leaves(shared);
        if (!left && pending > 4L * home.limits().slowClient()) {
            cut(
                    "it takes its replies too slowly: more than "
                            + 4L * home.limits().slowClient()
                            + " bytes wait for it");
        }
    }

    private void pass(Tag tag, ByteBuf bytes, int count) {
        if (tag.writes()) {
            out.replyToWrites(bytes, count, repliesFrom());
        } else {
            out.reply(bytes);
        }
    }

    /** The master whose replies come: of the session's own connection, or the shared one. */
    private @Nullable Target repliesFrom() {
        UpstreamConnection from = own == null ? sentOver : own;
        return from == null ? home.target() : from.target();
    }

    /** So many of the commands under way are answered. */
    void answered(int count) {
        if (onLane > 0) {
            onLane -= count;
            if (onLane == 0) {
                onLaneBytes = 0;
            }
        }
        Recall held = recall;
        if (held != null && held.complete()) {
            recalled(held);
            return;
        }
        if (wait == Wait.REPLIES || inputEnded || (own != null && underWay() == 0)) {
            boolean halfFree = onLane <= home.limits().windowCommands() / 2;
            if (underWay() == 0 || (halfFree && !windowFull())) {
                pump();
            }
        }
    }

    /** A part of a reply that is too long to be kept. Takes the buffer. */
    void part(ByteBuf bytes) {
        if (ended) {
            bytes.release();
            return;
        }
        bulky = BULKY;
        out.reply(bytes);
        UpstreamConnection mine = own;
        if (mine != null) {
            if (!client.isWritable()) {
                mine.reading(false);
            }
        } else if (pendingBytes() > home.limits().slowClient()) {
            cut(
                    "it takes its replies too slowly: more than "
                            + home.limits().slowClient()
                            + " bytes wait for it");
        }
    }

    /** Bytes of replies that the client has not taken, if they are many. */
    private long pendingBytes() {
        return client.isWritable() ? 0 : home.limits().lowWater() + client.bytesBeforeWritable();
    }

    /**
     * A reply on the shared connection is longer than what is kept.
     *
     * @return whether the session takes its commands back, to run them over one of its own
     */
    boolean leaves(UpstreamConnection shared) {
        Recall held = recall;
        if (held != null) {
            held.skip();
            return true;
        }
        List<UpstreamConnection.Taken> mine =
                shared.taken().stream().filter(t -> t.owner() == this).toList();
        boolean reads =
                mine.stream()
                        .allMatch(t ->
                                t.item() != null
                                        && (t.tag() == Tag.READ
                                                || t.tag() == Tag.SCAN
                                                || t.tag() == Tag.OPAQUE_READ));
        if (!reads || ended) {
            return ended;
        }
        bulky = BULKY;
        shared.disown(this);
        int at = 0;
        ArrayDeque<Item> behind = new ArrayDeque<>(replay);
        replay.clear();
        for (UpstreamConnection.Taken taken : mine) {
            Item item = taken.item();
            if (item != null) {
                replay.add(item);
                at++;
            }
        }
        replay.addAll(behind);
        onLane -= Math.min(onLane, at);
        if (onLane == 0) {
            onLaneBytes = 0;
        }
        home.loop().execute(this::pump);
        return true;
    }

    /**
     * A reply that has to be looked at, whole. Takes the buffer.
     *
     * @return whether it answers the command that is the oldest under way
     */
    boolean special(
            UpstreamConnection connection, ReplyFramer.Event event, Tag tag, ByteBuf frame) {
        if (ended) {
            frame.release();
            return event == ReplyFramer.Event.REPLY;
        }
        if (event == ReplyFramer.Event.PUSH || (connection == own && bonds.messages())) {
            PubSub.Frame kind = PubSub.of(frame);
            if (kind == PubSub.Frame.MESSAGE) {
                out.reply(frame);
                slowDown(connection);
                return false;
            }
            if (kind == PubSub.Frame.CONFIRMATION) {
                return confirmation(connection, tag, frame);
            }
        }
        if (event == ReplyFramer.Event.PUSH) {
            out.reply(frame);
            return false;
        }
        Recall held = recall;
        if (held != null) {
            held.reply(frame);
            return true;
        }
        boolean ran = tag != Tag.MULTI && tag != Tag.QUEUED;
        if (connection.retiring() && ran && frame.getByte(frame.readerIndex()) != '-') {
            // It may come from a master that does not know yet that it is none.
            frame.release();
            connection.lose("the master changed", true);
            return false;
        }
        boolean error = frame.getByte(frame.readerIndex()) == '-';
        if (error && refused(connection, tag, frame)) {
            return false;
        }
        return reply(connection, tag, frame, error);
    }

    private boolean confirmation(UpstreamConnection connection, Tag tag, ByteBuf frame) {
        if (tag == Tag.RESTORE) {
            frame.release();
            return true;
        }
        out.reply(frame);
        boolean over = tag == Tag.SUBSCRIPTION && bonds.pubSub().confirmedOne();
        if (over && !bonds.messages()) {
            connection.subscribed(false);
        }
        return over;
    }

    private void slowDown(UpstreamConnection connection) {
        if (!client.isWritable()) {
            connection.reading(false);
        }
    }

    /** Deals with an error that says that the command did not run. */
    private boolean refused(UpstreamConnection connection, Tag tag, ByteBuf frame) {
        Refusal refusal = Refusal.of(frame);
        boolean again =
                switch (refusal) {
                    case NOT_MASTER -> tag.refusalsAreTrue();
                    case NO_REPLICAS -> tag.refusalsAreTrue() && home.masterIsNew();
                    case UNBLOCKED -> tag == Tag.BLOCKING_READ || tag == Tag.BLOCKING_WRITE;
                    case ABORTED, NONE -> false;
                };
        if (again) {
            recall = new Recall(mine(connection), connection.retiring());
            handshake = null;
            Recall started = recall;
            started.reply(frame);
            // The command is over, and its reply kept.
            connection.popped();
            answered(1);
            return true;
        }
        boolean aborted =
                ((tag == Tag.QUEUED || tag == Tag.RESTORE) && refusal == Refusal.NOT_MASTER)
                        || (tag == Tag.EXEC && refusal == Refusal.ABORTED);
        if (!aborted) {
            return false;
        }
        List<byte[]> sent = executing.peek();
        boolean whole = sent == null ? bonds.transaction().replayable() : !sent.isEmpty();
        if (!whole) {
            return false;
        }
        frame.release();
        ownLost(connection, "it is no master any more", true, true);
        connection.close();
        if (!connection.retiring()) {
            retryTimer.set(backoff.nextMillis());
        }
        pump();
        return true;
    }

    private List<UpstreamConnection.Taken> mine(UpstreamConnection connection) {
        return connection.taken().stream().filter(t -> t.owner() == this).toList();
    }

    private boolean reply(UpstreamConnection connection, Tag tag, ByteBuf frame, boolean error) {
        switch (tag) {
            case SILENT, RESTORE -> frame.release();
            case HANDSHAKE -> {
                Handshake next = handshake;
                handshake = null;
                if (!error && next != null) {
                    accept(connection, next);
                }
                out.reply(frame);
            }
            case SCAN -> {
                Cursors known = cursors;
                if (known != null && !error) {
                    known.issued(connection.target(), frame);
                }
                out.reply(frame);
            }
            case NO_EXEC -> {
                frame.release();
                out.reply(home.bytes(notExecuted));
            }
            case EXEC -> executed(connection, frame, error);
            case DISCARD, UNWATCH -> {
                if (error) {
                    connection.taint();
                }
                out.reply(frame);
            }
            case SUBSCRIPTION -> {
                bonds.pubSub().refused();
                out.reply(frame);
            }
            case READ,
                    WRITE,
                    OPAQUE,
                    OPAQUE_READ,
                    BLOCKING_READ,
                    BLOCKING_WRITE,
                    MULTI,
                    QUEUED,
                    WATCH,
                    TRACKING,
                    LARGE -> {
                boolean nothingWritten = error && (tag == Tag.WRITE || tag == Tag.BLOCKING_WRITE);
                pass(nothingWritten ? Tag.READ : tag, frame, 1);
            }
        }
        return true;
    }

    private void executed(UpstreamConnection connection, ByteBuf frame, boolean error) {
        executing.poll();
        Handshake queued = onExec;
        onExec = null;
        if (!error && queued != null && frame.getByte(frame.readerIndex() + 1) != '-') {
            accept(connection, queued);
        }
        if (!error) {
            pass(Tag.EXEC, frame, 1);
            return;
        }
        Refusal refusal = Refusal.of(frame);
        if (refusal == Refusal.ABORTED && hadWatch) {
            frame.release();
            out.reply(home.bytes(nothing()));
            return;
        }
        byte[] start = new byte[Math.min(11, frame.readableBytes())];
        frame.getBytes(frame.readerIndex(), start);
        if (!Refusal.starts(start, "-EXECABORT")) {
            // It may still be open: EXEC may be forbidden to this user.
            connection.taint();
            bonds.last();
        }
        out.reply(frame);
    }

    /** Replicas hold the writes of this round, or they do not in time. */
    void acknowledged(long round, @Nullable Answer error) {
        if (ended) {
            return;
        }
        if (error == null) {
            out.confirmed(round);
        } else {
            out.unconfirmed(round, error);
        }
        pump();
    }

    // ---- losses

    /** A command that was under way on the lane when it was lost; {@link #laneLost()} follows. */
    void takeBack(UpstreamConnection.Taken taken) {
        lost.add(taken);
    }

    /** All commands that were under way on the lane were taken back. */
    void laneLost() {
        if (!ended) {
            lostCommands();
            pump();
        }
    }

    private void lostCommands() {
        onLane = 0;
        onLaneBytes = 0;
        List<UpstreamConnection.Taken> taken = List.copyOf(lost);
        lost.clear();
        Recall held = recall;
        if (held != null) {
            recalled(held);
            return;
        }
        List<Item> items = new ArrayList<>(taken.size());
        boolean unknown = false;
        for (UpstreamConnection.Taken t : taken) {
            Item item = t.item();
            if (item != null) {
                boolean again =
                        !t.sent()
                                || t.tag() == Tag.READ
                                || t.tag() == Tag.OPAQUE_READ
                                || t.tag() == Tag.SCAN;
                items.add(again ? item : unknown(item));
                unknown |= !again;
            }
        }
        before(items);
        if (unknown) {
            input.rule(Answer.NOT_RUN);
        }
    }

    private Item unknown(Item item) {
        home.metrics().answered(Answer.UNKNOWN_OUTCOME, 1);
        return item.answeredWith(Answer.UNKNOWN_OUTCOME.line());
    }

    /** Puts commands before everything that is still to be dealt with. */
    private void before(List<Item> items) {
        for (int i = items.size() - 1; i >= 0; i--) {
            replay.addFirst(items.get(i));
        }
    }

    private void recalled(Recall held) {
        recall = null;
        boolean[] unknown = new boolean[1];
        List<Item> items =
                held.outcome(() -> {
                    unknown[0] = true;
                    home.metrics().answered(Answer.UNKNOWN_OUTCOME, 1);
                });
        if (!held.distrusted() && items.stream().anyMatch(Session::open) && refusedTooLong()) {
            items = items.stream().map(this::withoutMaster).toList();
        }
        before(items);
        if (unknown[0]) {
            input.rule(Answer.NOT_RUN);
        }
        boolean again = items.stream().anyMatch(Session::open);
        if (again && !ended) {
            UpstreamConnection mine = own;
            if (mine != null && mine.ready() && !bonds.any()) {
                own(null);
                mine.close();
            }
            if (!held.distrusted()) {
                retryTimer.set(backoff.nextMillis());
            }
        }
        home.loop().execute(this::pump);
    }

    private static boolean open(Item item) {
        return item.answer() == null;
    }

    private Item withoutMaster(Item item) {
        if (!open(item)) {
            return item;
        }
        home.metrics().answered(Answer.NO_MASTER, 1);
        return item.answeredWith(Answer.NO_MASTER.line());
    }

    /** Whether who should be master refuses to be it for longer than a command may wait. */
    private boolean refusedTooLong() {
        long now = System.nanoTime();
        if (refusedSince == 0) {
            refusedSince = now;
        }
        return now - refusedSince > home.settings().parkTimeout().toNanos();
    }

    /** The connection of the session's own is over: says of each command what is known. */
    private void ownLost(
            UpstreamConnection connection, String reason, boolean moved, boolean refused) {
        if (ended || own != connection) {
            return;
        }
        own(null);
        if (connection.halfReply()) {
            cut("its master was lost (" + reason + ") in the middle of a reply");
            return;
        }
        if (bonds.any() && !bonds.irreplaceable().isEmpty()) {
            cut("its master was lost (" + reason + ") and with it " + bonds.irreplaceable());
            return;
        }
        Recall held = recall;
        List<UpstreamConnection.Taken> taken = mine(connection);
        List<byte[]> sent = executing.peek();
        executing.clear();
        boolean notRun = refused || LostCommands.execUnsent(taken);
        if (held != null) {
            bonds.transaction().lost();
            recalled(held);
        } else {
            LostCommands plan =
                    new LostCommands(
                            taken,
                            bonds,
                            large == Large.SENT,
                            moved,
                            notRun && sent != null ? sent : List.of(),
                            notExecuted);
            handshake = null;
            Item asked = unresolved;
            unresolved = null;
            List<Item> items = new ArrayList<>(plan.items());
            if (asked != null) {
                items.add(asked);
            }
            home.metrics().answered(Answer.UNKNOWN_OUTCOME, plan.unknown());
            before(items);
            if (plan.unknown() > 0) {
                input.rule(Answer.NOT_RUN);
            }
        }
        if (large == Large.SENT) {
            large = Large.DROPPED;
            largeAnswer = bonds.muted() ? null : Answer.NOT_RUN;
        }
        if (bonds.tracking() && profile.protocol() == 3 && !bonds.muted()) {
            out.reply(home.bytes(FLUSH_CACHE));
        }
    }

    /** Gives a new connection of the session's own what the old one had. */
    private void restore(UpstreamConnection mine) {
        if (!mine.name().equals(name)) {
            mine.silently(Profile.command("CLIENT", "SETNAME", name), _ -> {});
            mine.became(profile, name);
        }
        mine.reading(client.isWritable());
        if (!bonds.any()) {
            return;
        }
        for (byte[] setting : bonds.settings()) {
            mine.taint();
            mine.restore(this, setting);
        }
        if (bonds.monitoring()) {
            mine.taint();
            mine.restore(this, Profile.command("MONITOR"));
        }
        if (bonds.messages()) {
            mine.subscribed(true);
        }
        for (byte[] command : bonds.pubSub().restore()) {
            mine.restore(this, command);
        }
        if (bonds.muted()) {
            byte[] off = Profile.command("CLIENT", "REPLY", "OFF");
            mine.taint();
            mine.sendUnanswered(off, 0, off.length);
        }
        if (skipReply) {
            byte[] skip = Profile.command("CLIENT", "REPLY", "SKIP");
            mine.taint();
            mine.sendUnanswered(skip, 0, skip.length);
        }
        for (byte[] command : bonds.transaction().resumed()) {
            if (!bonds.transaction().open()) {
                bonds.transaction().begin(command, 0, command.length);
            } else {
                bonds.transaction().add(command, 0, command.length);
            }
            mine.restore(this, command);
        }
    }

    private static String text(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
    }

    private static byte[] copy(byte[] from, int at, int length) {
        byte[] copy = new byte[length];
        System.arraycopy(from, at, copy, 0, length);
        return copy;
    }
}
