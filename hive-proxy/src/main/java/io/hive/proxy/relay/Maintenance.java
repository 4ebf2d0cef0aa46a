package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * CLIENT MAINT_NOTIFICATIONS: a client that asked for it is told, by a push, to go on elsewhere
 * when this sidecar leaves, and does so when it has its answers (docs/handover.md).
 */
final class Maintenance {
    /** Within which the client is to have gone; one without an address waits for half of it. */
    private static final int MOVE_SECONDS = 4;

    /** What a client may ask to be named; a sidecar knows the addresses within the cluster. */
    private static final String INTERNAL_IP = "INTERNAL-IP";

    private static final Set<String> TYPES =
            Set.of(INTERNAL_IP, "INTERNAL-FQDN", "EXTERNAL-IP", "EXTERNAL-FQDN", "NONE");

    private final LoopRelay home;
    private final Outgoing out;
    private final Identity identity;
    private final Bonds bonds;
    private final Answers answers;
    private final Transactions transactions;

    /** Whether it was told. */
    private boolean told;

    Maintenance(
            LoopRelay home,
            Outgoing out,
            Identity identity,
            Bonds bonds,
            Answers answers,
            Transactions transactions) {
        this.home = home;
        this.out = out;
        this.identity = identity;
        this.bonds = bonds;
        this.answers = answers;
        this.transactions = transactions;
    }

    /** Answers the command in Redis's place, which knows none of this. */
    Wait send(byte[] from, int at, int length) {
        if (bonds.transaction().open()) {
            return transactions.refuse(Answer.NOT_IN_TRANSACTION);
        }
        List<byte[]> words = Arguments.of(from, at, at + length);
        String mode = words.size() < 3 ? "" : Words.keyword(words.get(2));
        String type =
                words.size() == 5 && Words.keyword(words.get(3)).equals("MOVING-ENDPOINT-TYPE")
                        ? Words.keyword(words.get(4))
                        : words.size() == 3 ? "NONE" : "";
        boolean on = mode.equals("ON");
        if (!TYPES.contains(type) || !(on || (mode.equals("OFF") && words.size() == 3))) {
            return answers.give(Answer.NO_SUCH_NOTIFICATIONS);
        }
        if (on && identity.profile().protocol() != 3) {
            return answers.give(Answer.NOT_WITH_RESP2);
        }
        Wait result = answers.give(Answer.OK);
        if (result == Wait.NONE) {
            bonds.notify(on, type.equals(INTERNAL_IP));
        }
        return result;
    }

    /**
     * This sidecar leaves: tells the client, once.
     *
     * @return whether the client was told, and goes by itself
     */
    boolean tell() {
        if (told) {
            return true;
        }
        // A push may stand between replies, and nowhere else.
        boolean may =
                bonds.notified()
                        && identity.profile().protocol() == 3
                        && !bonds.muted()
                        && !out.midReply();
        if (may) {
            told = true;
            out.reply(home.bytes(moving(bonds.notifiedByAddress() ? home.elsewhere() : null)));
        }
        return told;
    }

    /**
     * The push, as Lettuce 7 and other clients of Redis's maintenance notifications read it: a
     * number of its own, the seconds, and where to go, or null for where the client came from.
     */
    static byte[] moving(@Nullable String address) {
        String where =
                address == null ? "_\r\n" : "$" + address.length() + "\r\n" + address + "\r\n";
        return (">4\r\n$6\r\nMOVING\r\n:1\r\n:" + MOVE_SECONDS + "\r\n" + where)
                .getBytes(StandardCharsets.US_ASCII);
    }
}
