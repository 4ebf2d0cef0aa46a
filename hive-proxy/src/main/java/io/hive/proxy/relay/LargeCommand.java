package io.hive.proxy.relay;

import io.hive.proxy.command.CommandSpec;
import io.hive.proxy.resp.RequestFramer;
import org.jspecify.annotations.Nullable;

/**
 * The command under way that is larger than what is kept whole: it goes out as it comes in, over
 * the session's own connection, or nowhere.
 */
final class LargeCommand {
    private enum State {
        NONE,
        SENT,
        DROPPED
    }

    private final LoopRelay home;
    private final Input input;
    private final OwnConnection own;
    private final Bonds bonds;
    private final Backlog backlog;
    private final Parking parking;
    private final Goodbye goodbye;
    private State state = State.NONE;

    /** What the client gets in Redis's place; null for nothing. */
    private @Nullable Answer answer;

    LargeCommand(
            LoopRelay home,
            Input input,
            OwnConnection own,
            Bonds bonds,
            Backlog backlog,
            Parking parking,
            Goodbye goodbye) {
        this.home = home;
        this.input = input;
        this.own = own;
        this.bonds = bonds;
        this.backlog = backlog;
        this.parking = parking;
        this.goodbye = goodbye;
    }

    /** Whether one is under way. */
    boolean underWay() {
        return state != State.NONE;
    }

    /** Whether one has been sent in part. */
    boolean halfSent() {
        return state == State.SENT;
    }

    /** The connection that one has been sent over in part is lost. */
    void lost() {
        if (state == State.SENT) {
            state = State.DROPPED;
            answer = bonds.muted() ? null : Answer.NOT_RUN;
        }
    }

    /** The command at the start of the input is a large one. */
    Wait begin() {
        CommandSpec spec = input.spec();
        Treatment treatment = Treatment.of(spec);
        boolean refused = treatment == Treatment.REFUSED || treatment == Treatment.NOT_LISTED;
        boolean understood = treatment != Treatment.SHARED && !refused;
        if (understood && input.size() <= home.limits().keptCommand()) {
            // What it does to the session is known only when all of it is there.
            return Wait.INPUT;
        }
        Answer ruling = Rulings.of(input.ruling(), spec);
        if (ruling != null) {
            return drop(ruling);
        }
        if (refused) {
            return drop(Policy.refusal(spec.kind()));
        }
        if (treatment == Treatment.SCRIPT) {
            // Too large to be given the form that may only read.
            return drop(Answer.READ_ONLY);
        }
        if (bonds.transaction().fate() == Transaction.Fate.LOST) {
            return drop(Answer.QUEUED);
        }
        Wait ready = own.ready();
        UpstreamConnection mine = own.get();
        if (ready == Wait.MASTER && parking.fails()) {
            return drop(Answer.NO_MASTER);
        }
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (understood) {
            // It was not looked into, so that nobody knows what it makes of the connection.
            mine.taint();
            bonds.last();
        }
        send(mine, treatment == Treatment.SHARED ? Treatment.tag(spec) : null);
        return Wait.NONE;
    }

    /** Begins to send it, as a command with this tag if it is kept. */
    private void send(UpstreamConnection mine, @Nullable Tag tag) {
        home.commands(1);
        own.bulky();
        state = State.SENT;
        boolean queued = bonds.transaction().open();
        if (bonds.unanswered()) {
            mine.endLarge();
        } else if (tag != null && mayKeep()) {
            own.beginKept(mine, queued ? Tag.QUEUED : tag);
        } else {
            own.beginLarge(mine);
        }
        if (queued) {
            bonds.transaction().forget();
        }
    }

    /** Whether it can be kept until it is answered. */
    private boolean mayKeep() {
        long kept = home.metrics().keptBytes.get() + input.size();
        return input.size() <= home.limits().keptCommand()
                && kept <= home.settings().parkBytes() / 2;
    }

    /** Lets the rest of it come, and gives it an answer of Hive's own. */
    private Wait drop(Answer instead) {
        state = State.DROPPED;
        answer = instead;
        return Wait.NONE;
    }

    /** Passes on what has come of it. */
    Wait goOn() {
        UpstreamConnection mine = state == State.SENT ? own.get() : null;
        if (mine != null && !home.mayHear(mine)) {
            return Wait.MASTER;
        }
        if (mine != null && !mine.writable()) {
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
                state = State.NONE;
                if (mine != null) {
                    own.close();
                }
                return goodbye.malformed();
            }
        }
        int length = input.scanned() - input.start();
        if (mine != null && length > 0) {
            mine.stream(input.array(), input.start(), length);
        }
        input.dealt();
        if (!over) {
            return Wait.INPUT;
        }
        end();
        return Wait.NONE;
    }

    private void end() {
        UpstreamConnection mine = own.get();
        if (mine != null) {
            mine.endLarge();
        }
        Answer given = answer;
        boolean dropped = state == State.DROPPED;
        state = State.NONE;
        answer = null;
        if (dropped && given != null) {
            home.metrics().answered(given, 1);
            backlog.last(Item.answer(input.spec(), given.line()));
        }
    }
}
