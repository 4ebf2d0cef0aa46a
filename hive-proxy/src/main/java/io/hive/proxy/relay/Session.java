package io.hive.proxy.relay;

import io.hive.proxy.resp.Command;
import io.hive.proxy.route.Route;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, from its connection to its end.
 *
 * <p>Commands that were sent are answered by the master, in their order; those that cannot be sent
 * wait, bounded in time and bytes; what Hive answers itself takes its place in the order. When the
 * master is lost, each command is answered with what is known of it, and the client stays unless it
 * had state that only the lost connection knew.
 *
 * <p>Entered by the client's event loop alone.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final Link NONE = new Link.None();
    private static final Link REJECTING = new Link.Rejecting();

    /** Runs of answers over which no more commands are read, until some were given. */
    private static final int MAX_RUNS = 1024;

    private final LoopSessions home;
    private final Channel client;
    private final RelayMetrics metrics;
    private final RequestFlow requests;
    private final ReplyFlow replies = new ReplyFlow();
    private final FromClient fromClient = new FromClient();
    private final FromMaster fromMaster = new FromMaster();
    private final FromUpstream fromUpstream = new FromUpstream();

    /** What the client is owed for commands that were sent, or that Hive answers itself. */
    private final Answers due = new Answers();

    /** What ties the client to the connection that its commands were sent over. */
    private final Ties ties = new Ties();

    private final Waiting waiting;

    /** Replies that could not be passed on yet. */
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(2);

    private final Backoff backoff = new Backoff();
    private final Alarm parkTimer;
    private final Alarm retryTimer;
    private Link link = NONE;

    /** Why the upstream is gone, while replies that it sent before are still held. */
    private @Nullable String upstreamGone;

    /** Whether the command under way, if any, was sent as far as it came. */
    private boolean underWaySent;

    private String fault = "";
    private boolean inputMalformed;
    private boolean inputEnded;
    private boolean repliesOff;
    private boolean unflushed;
    private boolean ended;

    Session(LoopSessions home, Channel client) {
        this.home = home;
        this.client = client;
        metrics = home.metrics();
        requests = new RequestFlow(client.alloc());
        parkTimer = new Alarm(home.loop(), this::parkExpired);
        retryTimer = new Alarm(home.loop(), this::retry);
        waiting = new Waiting(client.alloc(), metrics);
    }

    /** The client sent something. Takes the buffer. */
    void read(ByteBuf in) {
        if (ended) {
            in.release();
            return;
        }
        metrics.bytesIn.add(in.readableBytes());
        gate();
        requests.feed(in, fromClient);
        fromClient.countCommands();
        settle();
    }

    /** The client sent no more for now: what its commands amount to goes out at once. */
    void readPaused() {
        flush();
    }

    /** The client takes bytes again, or no longer. */
    void writableChanged() {
        if (!ended) {
            pumpHeld();
            settle();
            flush();
        }
    }

    /** The client will send no more, and may still read. */
    void inputEnded() {
        inputEnded = true;
        boolean parked = !waiting.isEmpty() && !(link instanceof Link.Connecting);
        if (parked) {
            end("it left while its commands waited for a master");
        } else if (!ended && link instanceof Link.Live live) {
            live.upstream().finish();
        }
        settle();
    }

    /** The client is gone. */
    void closed() {
        release();
        home.remove(this);
    }

    /** The route was opened, moved, closed or renewed. */
    void routeChanged() {
        if (!ended) {
            retryTimer.cancel();
            backoff.reset();
            gate();
            settle();
            flush();
        }
    }

    /** Ends the session; what was written still reaches the client. */
    void end(String reason) {
        if (ended) {
            return;
        }
        LOG.debug("client {} is closed: {}", client.remoteAddress(), reason);
        release();
        Farewell.to(client, Unpooled.EMPTY_BUFFER);
    }

    /** Closes the client at once. */
    void abort() {
        release();
        Sockets.close(client);
    }

    /** Brings the link in accord with the route; before anything is sent or passed on. */
    private void gate() {
        Route.Open open = home.openRoute();
        switch (link) {
            case Link.None _ -> {}
            case Link.Rejecting _ -> {
                if (open != null) {
                    link = NONE;
                }
            }
            case Link.Connecting(Upstream upstream, Link.Target target) -> {
                if (open == null || !target.is(open)) {
                    upstream.close();
                    link = NONE;
                }
            }
            case Link.Live(Upstream upstream, Link.Target target) -> {
                if (open == null) {
                    freeze(upstream, target);
                } else if (!target.is(open)) {
                    lose(upstream, "the master changed to " + open.master());
                }
            }
            case Link.Frozen(Upstream upstream, Link.Target target) -> {
                if (open != null && target.is(open)) {
                    goLive(upstream, target);
                } else if (open != null) {
                    lose(upstream, "the master changed to " + open.master());
                }
            }
        }
    }

    private void freeze(Upstream upstream, Link.Target target) {
        link = new Link.Frozen(upstream, target);
        upstream.reading(false);
        if (!due.isEmpty()) {
            armParkTimer();
        }
    }

    private void goLive(Upstream upstream, Link.Target target) {
        link = new Link.Live(upstream, target);
        parkTimer.cancel();
        if (requests.midCommand()) {
            underWaySent = true;
        }
        waiting.sendOver(upstream, due, ties);
        upstream.flush();
        if (inputEnded) {
            upstream.finish();
        }
        pumpHeld();
    }

    /** After every event: gives what is due, and decides what to do and what to read next. */
    private void settle() {
        if (ended) {
            return;
        }
        giveOwn();
        if (metrics.parkedBytes.get() > home.settings().parkBytes() && !waiting.isEmpty()) {
            failWaiting(Answer.OVERLOADED);
        }
        if (!waiting.isEmpty()) {
            armParkTimer();
            connect();
        }
        if (inputEnded && due.isEmpty() && waiting.isEmpty()) {
            end("it has all its answers and sends no more");
        }
        chooseReading();
    }

    private void connect() {
        if (!(link instanceof Link.None) || retryTimer.isSet()) {
            return;
        }
        Route.Open open = home.openRoute();
        if (open != null) {
            Upstream upstream = home.connector().connect(open.master(), fromUpstream);
            link = new Link.Connecting(upstream, Link.Target.of(open));
        }
    }

    private void chooseReading() {
        if (ended) {
            return;
        }
        boolean read = !inputMalformed && !inputEnded && waiting.isEmpty() && due.runs() < MAX_RUNS;
        if (link instanceof Link.Live live) {
            read &= live.upstream().writable();
            live.upstream().reading(client.isWritable() && held.isEmpty());
        } else {
            read &= client.isWritable();
        }
        if (client.config().isAutoRead() != read) {
            client.config().setAutoRead(read);
        }
    }

    /** Gives the answers of Hive's own that are next, and says whether all could be given. */
    private boolean giveOwn() {
        while (!ended && !due.isEmpty() && due.head().ours()) {
            if (!client.isWritable()) {
                return false;
            }
            Answer answer = due.head();
            due.pop();
            if (answer == Answer.MALFORMED) {
                endMalformed();
                return false;
            }
            write(ByteBufUtil.writeAscii(client.alloc(), answer.line()));
        }
        return !ended;
    }

    private void endMalformed() {
        write(ByteBufUtil.writeUtf8(client.alloc(), "-ERR " + fault + "\r\n"));
        end("it sent what is no command: " + fault);
    }

    /** Passes on replies that were held back, as far as the client takes them. */
    private void pumpHeld() {
        while (link instanceof Link.Live && client.isWritable() && giveOwn()) {
            ByteBuf bytes = held.poll();
            if (bytes == null) {
                break;
            }
            pass(bytes);
        }
        String gone = upstreamGone;
        if (gone != null && held.isEmpty() && link instanceof Link.Live live) {
            lose(live.upstream(), gone);
        }
    }

    private void pass(ByteBuf bytes) {
        if (replies.feed(bytes, fromMaster)) {
            return;
        }
        if (ended) {
            bytes.release();
        } else {
            held.addFirst(bytes);
        }
    }

    /**
     * The connection is over: says of each command what is known, and keeps the client if it can.
     */
    private void lose(Upstream upstream, String reason) {
        link = NONE;
        upstream.close();
        upstreamGone = null;
        releaseHeld();
        String tie = due.streaming() ? "a stream of messages" : ties.reason();
        if (replies.midReply()) {
            tie = "half a reply";
        }
        if (ties.leaving()) {
            end("it asked for that");
            return;
        }
        if (!tie.isEmpty()) {
            metrics.cutClients.increment();
            end("its master was lost (" + reason + ") and with it the state of: " + tie);
            return;
        }
        boolean half = underWaySent && requests.midCommand();
        boolean halfDue = half && due.dropLastFromMaster();
        long unknown = due.replaceMaster(Answer.UNKNOWN_OUTCOME);
        metrics.answered(Answer.UNKNOWN_OUTCOME, unknown);
        if (halfDue) {
            due.add(Answer.NOT_RUN);
            metrics.answered(Answer.NOT_RUN, 1);
        }
        if (half || unknown > 0) {
            failWaiting(Answer.NOT_RUN);
        }
        replies.reset();
        ties.clear();
        if (unknown > 0) {
            LOG.debug(
                    "client {}: {} commands unknown, {}", client.remoteAddress(), unknown, reason);
        }
    }

    private void failWaiting(Answer with) {
        requests.abandon();
        waiting.fail(with, due);
        giveOwn();
    }

    private void parkExpired() {
        gate();
        if (ended || link instanceof Link.Live) {
            return;
        }
        if (link instanceof Link.Frozen(Upstream upstream, Link.Target _)) {
            lose(upstream, "no master within the park timeout");
        }
        if (ended) {
            return;
        }
        if (!waiting.isEmpty()) {
            failWaiting(Answer.NO_MASTER);
        }
        if (link instanceof Link.None && home.openRoute() == null) {
            link = REJECTING;
        }
        settle();
        flush();
    }

    private void armParkTimer() {
        parkTimer.set(home.settings().parkTimeout().toMillis());
    }

    private void retry() {
        if (!ended) {
            gate();
            settle();
        }
    }

    private void write(ByteBuf bytes) {
        unflushed = true;
        Sockets.write(client, bytes);
    }

    private void flush() {
        if (link instanceof Link.Live live) {
            live.upstream().flush();
        }
        if (unflushed && !ended) {
            unflushed = false;
            client.flush();
        }
    }

    private void release() {
        ended = true;
        parkTimer.cancel();
        retryTimer.cancel();
        switch (link) {
            case Link.None _, Link.Rejecting _ -> {}
            case Link.Connecting connecting -> connecting.upstream().close();
            case Link.Live live -> live.upstream().close();
            case Link.Frozen frozen -> frozen.upstream().close();
        }
        link = NONE;
        requests.release();
        waiting.release();
        releaseHeld();
    }

    private void releaseHeld() {
        for (ByteBuf bytes = held.poll(); bytes != null; bytes = held.poll()) {
            bytes.release();
        }
    }

    /** The client's commands. */
    private final class FromClient implements RequestFlow.Receiver {
        private int commands;

        void countCommands() {
            metrics.commands.add(commands);
            commands = 0;
        }

        @Override
        public boolean begins(Command command, boolean alone) {
            commands++;
            underWaySent = false;
            if (ended) {
                return false;
            }
            Answer answer = Policy.answer(command);
            if (answer.ours()) {
                answerOwn(answer);
                return false;
            }
            if (link instanceof Link.Rejecting) {
                answerOwn(Answer.NO_MASTER);
                return false;
            }
            repliesOff |= command == Command.CLIENT_REPLY;
            if (link instanceof Link.Live) {
                underWaySent = true;
                ties.note(command, alone);
                if (!due.streaming()) {
                    due.add(answer);
                }
            } else {
                waiting.add(command, alone, answer);
            }
            return true;
        }

        @Override
        public void bytes(ByteBuf run) {
            if (ended) {
                run.release();
            } else if (link instanceof Link.Live live) {
                live.upstream().write(run);
            } else {
                waiting.hold(run);
            }
        }

        @Override
        public void malformed(String what) {
            fault = what;
            inputMalformed = true;
            if (ended) {
                return;
            }
            if (requests.underWay()) {
                // Redis will not answer a command that never ends.
                boolean _ = underWaySent ? due.dropLastFromMaster() : waiting.dropLast();
            }
            answerOwn(Answer.MALFORMED);
        }

        /** Puts an answer of Hive's own in its place. Behind a stream there is none. */
        private void answerOwn(Answer answer) {
            metrics.answered(answer, 1);
            if (!due.streaming() && !waiting.streaming()) {
                if (waiting.isEmpty()) {
                    due.add(answer);
                } else {
                    waiting.addOwn(answer);
                }
                return;
            }
            if (!repliesOff && !replies.midReply() && answer != Answer.MALFORMED) {
                write(ByteBufUtil.writeAscii(client.alloc(), answer.line()));
            }
            end("Hive's answer " + answer + " has no place among what it subscribed to");
        }
    }

    /** The master's replies. */
    private final class FromMaster implements ReplyFlow.Receiver {
        @Override
        public boolean awaitsReply() {
            return !due.isEmpty() && !due.head().ours();
        }

        @Override
        public boolean replied() {
            if (due.head() == Answer.STREAM) {
                return false;
            }
            due.pop();
            return !due.isEmpty() && due.head().ours();
        }

        @Override
        public void bytes(ByteBuf run) {
            metrics.bytesOut.add(run.readableBytes());
            write(run);
        }

        @Override
        public boolean answerOwn() {
            return giveOwn();
        }

        @Override
        public void malformed(String what) {
            if (link instanceof Link.Live(Upstream upstream, Link.Target target)) {
                LOG.warn("{} sent what cannot be passed on: {}", target.master(), what);
                lose(upstream, "it sent what cannot be passed on: " + what);
            }
        }
    }

    /** What happens to the connection to the master. */
    private final class FromUpstream implements Upstream.Listener {
        @Override
        public void connected(Upstream upstream) {
            backoff.reset();
            gate();
            if (link instanceof Link.Connecting connecting) {
                goLive(connecting.upstream(), connecting.target());
            }
            settle();
            flush();
        }

        @Override
        public void failed(String reason) {
            if (link instanceof Link.Connecting connecting) {
                LOG.debug("cannot connect to {}: {}", connecting.target().master(), reason);
                link = NONE;
                retryTimer.set(backoff.nextMillis());
                settle();
            }
        }

        @Override
        public void replies(ByteBuf bytes) {
            gate();
            switch (link) {
                case Link.Live live -> {
                    if (held.isEmpty() && giveOwn()) {
                        pass(bytes);
                    } else {
                        hold(bytes, live.upstream());
                    }
                }
                case Link.Frozen frozen -> hold(bytes, frozen.upstream());
                case Link.None _, Link.Rejecting _, Link.Connecting _ -> bytes.release();
            }
        }

        @Override
        public void repliesPaused() {
            settle();
            flush();
        }

        @Override
        public void writableChanged() {
            chooseReading();
        }

        @Override
        public void lost(String reason) {
            gate();
            if (!held.isEmpty()) {
                upstreamGone = reason;
            } else if (link instanceof Link.Live(Upstream upstream, Link.Target _)) {
                lose(upstream, reason);
            } else if (link instanceof Link.Frozen(Upstream upstream, Link.Target _)) {
                lose(upstream, reason);
            }
            settle();
            flush();
        }

        private void hold(ByteBuf bytes, Upstream upstream) {
            if (ended) {
                bytes.release();
                return;
            }
            held.add(bytes);
            upstream.reading(false);
        }
    }
}
