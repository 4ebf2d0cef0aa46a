package io.hive.proxy.relay;

import io.hive.proxy.command.CommandKind;
import org.jspecify.annotations.Nullable;

/**
 * Who a session is to Redis, its profile and its name, and what of its commands may change that:
 * they take effect once Redis has accepted them (relay rule 8).
 */
final class Identity {
    private Profile profile = Profile.BLANK;
    private String name = "";

    /** The command under way that the session awaits before anything else. */
    private @Nullable Handshake asked;

    /** What the open transaction makes of it if it is executed. */
    private @Nullable Handshake onExec;

    Profile profile() {
        return profile;
    }

    /** The name that CLIENT SETNAME gave; empty for none. */
    String name() {
        return name;
    }

    /** What a command makes of it, if Redis accepts that. */
    Handshake after(CommandKind kind, byte[] from, int at, int length) {
        return Handshake.of(kind, from, at, length, profile, name);
    }

    /** Whether an answer is awaited. */
    boolean asking() {
        return asked != null;
    }

    /** A command was sent whose answer is awaited. */
    void ask(Handshake next) {
        asked = next;
    }

    /** Something is awaited that changes nothing of it. */
    void askForNothing() {
        asked = new Handshake(profile, name, false);
    }

    /** The answer has come, or will not come; what was asked, if anything was. */
    @Nullable Handshake answered() {
        Handshake was = asked;
        asked = null;
        return was;
    }

    /** Redis has accepted it. */
    void accept(Handshake next) {
        profile = next.profile();
        name = next.name();
    }

    /** A transaction begins. */
    void begin() {
        onExec = null;
    }

    /** A command was sent to be queued. */
    void queue(CommandKind kind, byte[] from, int at, int length) {
        Handshake before = onExec == null ? new Handshake(profile, name, false) : onExec;
        onExec = Handshake.of(kind, from, at, length, before.profile(), before.name());
    }

    /** The transaction is over; what it makes of it, if it ran and changes anything. */
    @Nullable Handshake executed() {
        Handshake queued = onExec;
        onExec = null;
        return queued;
    }
}
