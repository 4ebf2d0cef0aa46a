package io.hive.proxy.relay;

import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Who a session is to Redis, its profile and its name, and what of its commands may change that:
 * they take effect once Redis has accepted them (relay rule 8).
 */
final class Identity {
    /** What is looked at of one transaction: the last ones count. */
    private static final int MAX_QUEUED = 256;

    private Profile profile = Profile.BLANK;
    private String name = "";

    /** The command under way that the session awaits before anything else. */
    private @Nullable Handshake asked;

    /** What of a transaction may change it when that is executed. */
    private final List<Queued> onExec = new ArrayList<>(0);

    private record Queued(int nth, Item command) {}

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
        onExec.clear();
    }

    /** A command was sent to be queued, as the {@code nth} of its transaction. */
    void queue(int nth, CommandSpec spec, byte[] from, int at, int length) {
        if (onExec.size() == MAX_QUEUED) {
            onExec.removeFirst();
        }
        onExec.add(new Queued(nth, Item.again(spec, 1, Words.copy(from, at, length))));
    }

    /** Whether something of a transaction may change it. */
    boolean queued() {
        return !onExec.isEmpty();
    }

    /**
     * The transaction ran; what it makes of it, if anything.
     *
     * @param succeeded says of a command, by its place in the transaction, whether Redis did it
     */
    @Nullable Handshake executed(IntPredicate succeeded) {
        Handshake all = null;
        for (Queued one : onExec) {
            if (succeeded.test(one.nth())) {
                Profile before = all == null ? profile : all.profile();
                String named = all == null ? name : all.name();
                byte[] bytes = one.command().bytes();
                CommandKind kind = one.command().spec().kind();
                all = Handshake.of(kind, bytes, 0, bytes.length, before, named);
            }
        }
        onExec.clear();
        return all;
    }
}
