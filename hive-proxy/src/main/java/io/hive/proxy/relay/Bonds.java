package io.hive.proxy.relay;

import java.util.ArrayList;
import java.util.List;

/** What ties a session to a connection of its own, and how to tie it to another one. */
final class Bonds {
    private final Transaction transaction = new Transaction();
    private final PubSub pubSub = new PubSub();

    /** Commands that set the connection up once more, such as CLIENT TRACKING; in their order. */
    private final List<byte[]> settings = new ArrayList<>(0);

    private boolean tracking;
    private boolean redirected;
    private boolean monitoring;
    private boolean muted;
    private boolean skipping;
    private boolean lasting;

    /** Whether the client wants to be told where to go on, and whether by an address. */
    private boolean notified;

    private boolean notifiedByAddress;

    Transaction transaction() {
        return transaction;
    }

    PubSub pubSub() {
        return pubSub;
    }

    /** Whether the session cannot share a connection now. */
    boolean any() {
        return transaction.ties() || pubSub.any() || tracking || monitoring || muted || lasting;
    }

    /** Whether the session has to have a connection even while it asks nothing. */
    boolean mustBeRestored() {
        return pubSub.any() || tracking || monitoring;
    }

    /** Whether frames that answer nothing come among the replies. */
    boolean messages() {
        return pubSub.any() || monitoring;
    }

    boolean tracking() {
        return tracking;
    }

    boolean monitoring() {
        return monitoring;
    }

    /** Whether Redis answers nothing, since the client wants that. */
    boolean muted() {
        return muted;
    }

    void mute(boolean now) {
        muted = now;
        if (now) {
            lasting = true;
        }
    }

    /** Whether Redis will not answer the next command, since the client wants that. */
    boolean skipping() {
        return skipping;
    }

    void skipNext(boolean now) {
        skipping = now;
    }

    /** Whether the next command is not answered. */
    boolean quiet() {
        return skipping || muted;
    }

    /** The same, asked once for each command that is sent. */
    boolean unanswered() {
        boolean skip = skipping;
        skipping = false;
        return skip || muted;
    }

    void monitor() {
        monitoring = true;
        lasting = true;
    }

    /** The session keeps its connection from here on. */
    void last() {
        lasting = true;
    }

    /** A setting of the connection that another one gets, too. */
    void set(byte[] command) {
        if (settings.size() < 16) {
            settings.add(command);
        }
        lasting = true;
    }

    void track(boolean on, boolean toAnother, byte[] command) {
        settings.removeIf(earlier -> Refusal.starts(earlier, "*") && isTracking(earlier));
        tracking = on;
        redirected = on && toAnother;
        if (on) {
            settings.add(command);
        }
    }

    private static boolean isTracking(byte[] command) {
        return Words.keyword(command).contains("\r\nTRACKING\r\n");
    }

    List<byte[]> settings() {
        return settings;
    }

    /** Why another connection cannot be given all of it; empty if it can. */
    String irreplaceable() {
        if (redirected) {
            return "CLIENT TRACKING with REDIRECT, whose other connection is gone, too";
        }
        return pubSub.restorable() ? "" : "more subscriptions than are kept";
    }

    /** The client wants to be told where to go on when this sidecar leaves, or no longer. */
    void notify(boolean on, boolean byAddress) {
        notified = on;
        notifiedByAddress = on && byAddress;
    }

    boolean notified() {
        return notified;
    }

    boolean notifiedByAddress() {
        return notifiedByAddress;
    }

    /** RESET has ended all of it but what it leaves alone. */
    void reset() {
        transaction.end();
        pubSub.clear();
        settings.clear();
        tracking = false;
        redirected = false;
        monitoring = false;
        notify(false, false);
    }
}
