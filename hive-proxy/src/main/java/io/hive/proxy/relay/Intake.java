package io.hive.proxy.relay;

import io.hive.proxy.command.CommandSpec;
import io.hive.proxy.resp.RequestFramer;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** Takes commands from a session's input: many at once for the lane, or one by one. */
final class Intake {
    private final LoopRelay home;
    private final Channel client;
    private final Input input;
    private final LaneShare lane;
    private final OwnConnection own;
    private final Identity identity;
    private final Bonds bonds;
    private final Answers answers;
    private final Dispatch dispatch;
    private final LargeCommand large;
    private final Goodbye goodbye;

    Intake(
            LoopRelay home,
            Channel client,
            Input input,
            Links links,
            Identity identity,
            Bonds bonds,
            Answers answers,
            Dispatch dispatch,
            LargeCommand large,
            Goodbye goodbye) {
        this.home = home;
        this.client = client;
        this.input = input;
        lane = links.lane();
        own = links.own();
        this.identity = identity;
        this.bonds = bonds;
        this.answers = answers;
        this.dispatch = dispatch;
        this.large = large;
        this.goodbye = goodbye;
    }

    /** Deals with what the client has sent, or a part of it, or says what that waits for. */
    Wait next() {
        if (large.underWay()) {
            return large.goOn();
        }
        if (input.whole()) {
            return one();
        }
        UpstreamConnection shared = free() ? lane.now(identity.profile()) : null;
        return shared == null ? scanOne() : flow(shared);
    }

    /** Whether plain commands may go over the lane without a second look. */
    private boolean free() {
        return !own.held()
                && !own.needed()
                && input.ruling() == null
                && bonds.transaction().fate() == Transaction.Fate.NONE;
    }

    /** Sends what the client has sent over the lane, up to the first command that may not go. */
    private Wait flow(UpstreamConnection shared) {
        if (lane.full()) {
            return Wait.REPLIES;
        }
        if (!client.isWritable()) {
            return Wait.ROOM;
        }
        int begin = input.start();
        int at = begin;
        int count = 0;
        int commands = 0;
        Tag tag = Tag.READ;
        while (true) {
            RequestFramer.Event event = input.next();
            if (event == RequestFramer.Event.COMMAND) {
                Tag next = Treatment.shared(input.spec());
                commands++;
                if (next == null || !fitsLane(shared, input.scanned() - at)) {
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
                if (lane.fullWith(count, at - begin)) {
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

    private boolean fitsLane(UpstreamConnection shared, int length) {
        return length <= home.limits().largeCommand()
                && !(shared.loginNeeded() && length > PlainCommands.MAX_BEFORE_LOGIN);
    }

    private void sendRun(UpstreamConnection shared, Tag tag, int count, int begin, int end) {
        if (count > 0) {
            lane.send(shared, tag, count, input.array(), begin, end - begin);
        }
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
        UpstreamConnection mine = own.get();
        if (mine != null && mine.ready()) {
            mine.stream(input.array(), input.start(), input.scanned() - input.start());
        }
        bonds.skipNext(false);
        input.dealt();
    }

    /** There is no further whole command. */
    private Wait scanned(RequestFramer.Event event) {
        if (event == RequestFramer.Event.FAULT) {
            return goodbye.malformed();
        }
        if (input.midCommand() && input.size() > home.limits().largeCommand()) {
            return large.begin();
        }
        return Wait.INPUT;
    }

    /** Deals with the whole command at the start. */
    private Wait one() {
        CommandSpec spec = input.spec();
        int begin = input.start();
        int length = input.scanned() - begin;
        @Nullable Answer ruling = Rulings.of(input.ruling(), spec);
        Wait result =
                ruling == null
                        ? dispatch.command(spec, input.words(), input.array(), begin, length)
                        : answers.give(ruling);
        if (result == Wait.NONE) {
            input.dealt();
        }
        return result;
    }
}
