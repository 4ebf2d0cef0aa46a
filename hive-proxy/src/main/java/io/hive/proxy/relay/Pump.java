package io.hive.proxy.relay;

import io.netty.channel.Channel;

/**
 * Deals with a session's commands one after the other, as far as that can be done now: first those
 * that were taken back, then the input. What cannot be dealt with yet stays where it is, and
 * nothing behind it is looked at.
 */
final class Pump {
    private final LoopRelay home;
    private final Channel client;
    private final Input input;
    private final Outgoing out;
    private final Links links;
    private final Identity identity;
    private final Bonds bonds;
    private final Backlog backlog;
    private final Parking parking;
    private final LargeCommand large;
    private final Recalls recalls;
    private final Answers answers;
    private final Dispatch dispatch;
    private final Intake intake;
    private final Maintenance maintenance;
    private final SessionControl session;
    private Wait wait = Wait.INPUT;
    private boolean pumping;
    private boolean inputEnded;

    /** Whether Redis was told that the client sends no more. */
    private boolean finishing;

    Pump(
            LoopRelay home,
            Channel client,
            Input input,
            Outgoing out,
            Links links,
            Identity identity,
            Bonds bonds,
            Backlog backlog,
            Parking parking,
            LargeCommand large,
            Recalls recalls,
            Answers answers,
            Dispatch dispatch,
            Intake intake,
            Maintenance maintenance,
            SessionControl session) {
        this.home = home;
        this.client = client;
        this.input = input;
        this.out = out;
        this.links = links;
        this.identity = identity;
        this.bonds = bonds;
        this.backlog = backlog;
        this.parking = parking;
        this.large = large;
        this.recalls = recalls;
        this.answers = answers;
        this.dispatch = dispatch;
        this.intake = intake;
        this.maintenance = maintenance;
        this.session = session;
    }

    /** Whether Redis was told that the client sends no more. */
    boolean finishing() {
        return finishing;
    }

    /** The client will send no more, and may still read. */
    void inputEnded() {
        inputEnded = true;
        if (wait == Wait.MASTER && links.underWay() == 0 && home.heard() == null) {
            session.end("it left while its commands waited for a master");
        } else {
            session.pump();
        }
    }

    /** Commands under way were answered: goes on if that was waited for. */
    void answered() {
        boolean maySettle = links.own().held() || home.leaving();
        boolean waited = wait == Wait.REPLIES || inputEnded || (maySettle && idle());
        if (waited && (idle() || (links.lane().halfFree() && !links.lane().full()))) {
            session.pump();
        }
    }

    private boolean idle() {
        return links.underWay() == 0;
    }

    /** Deals with as many commands as can be dealt with now; does nothing from within itself. */
    void run() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            do {
                wait = step();
            } while (wait == Wait.NONE && !session.ended());
        } finally {
            pumping = false;
        }
        if (!session.ended()) {
            settle();
        }
    }

    private Wait step() {
        if (recalls.underWay() && large.halfSent()) {
            // Its reply is among those that are awaited.
            return large.goOn();
        }
        if (recalls.underWay() || identity.asking()) {
            return Wait.REPLIES;
        }
        if (links.own().waitsToRetry() && !parking.rejecting()) {
            return Wait.MASTER;
        }
        Item item = backlog.peek();
        return item == null ? intake.next() : takenBack(item);
    }

    private Wait takenBack(Item item) {
        byte[] answer = item.answer();
        Wait result =
                answer != null
                        ? answers.give(answer)
                        : dispatch.command(
                                item.spec(), item.words(), item.bytes(), 0, item.bytes().length);
        if (result == Wait.NONE) {
            backlog.dealt();
        }
        return result;
    }

    /** After the pump: what to read, what is parked, what can be given back. */
    private void settle() {
        OwnConnection own = links.own();
        boolean settled = idle() && !identity.asking() && !recalls.underWay();
        if (settled && wait == Wait.INPUT && !own.needed() && !large.underWay()) {
            own.giveBack();
        }
        own.keepBound();
        boolean nothingHeld = input.held() == 0 && backlog.isEmpty();
        if (inputEnded && settled && !out.holding() && (nothingHeld || wait == Wait.INPUT)) {
            session.end("it has all its answers and sends no more");
            return;
        }
        boolean goes = home.leaving() && maintenance.tell();
        if (home.leaving() && !goes && settled && nothingHeld && mayLeave()) {
            session.end("this sidecar stops, and nothing of it is under way");
            return;
        }
        finish(nothingHeld);
        input.keep();
        boolean stalled = wait == Wait.MASTER && !nothingHeld;
        if (stalled || (!idle() && home.target() == null)) {
            parking.park(wait == Wait.MASTER);
        } else {
            parking.unpark();
        }
        read();
    }

    /** Whether a client that is closed now loses nothing that it has begun. */
    private boolean mayLeave() {
        return !out.holding() && !large.underWay() && !bonds.transaction().ties();
    }

    /** As Redis would: what waits for something to happen ends with its client. */
    private void finish(boolean nothingHeld) {
        UpstreamConnection mine = links.own().get();
        boolean blocked = wait == Wait.REPLIES && links.own().blocked();
        if (inputEnded && mine != null && (nothingHeld || wait == Wait.INPUT || blocked)) {
            finishing = true;
            mine.finish();
        }
    }

    /** While it waits a little more is read, since else nobody would notice that it leaves. */
    private void read() {
        boolean ahead =
                (wait == Wait.MASTER || (wait == Wait.REPLIES && !links.lane().full()))
                        && input.held() < home.limits().windowBytes();
        boolean read = (wait == Wait.INPUT || ahead) && client.isWritable() && !inputEnded;
        if (client.config().isAutoRead() != read) {
            client.config().setAutoRead(read);
        }
    }
}
