package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandKind;
import io.hive.proxy.command.CommandSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands that are dealt with otherwise where only reads are let through (docs/reads.md). */
final class ReadCommands {
    private static final String READ_ONLY_FORM = "_RO";

    private final LoopRelay home;
    private final SessionControl session;
    private final OwnConnection own;
    private final Identity identity;
    private final Transactions transactions;
    private final PlainCommands plainCommands;

    /** Whether this session has asked Redis for its commands. */
    private boolean asked;

    ReadCommands(
            LoopRelay home,
            SessionControl session,
            OwnConnection own,
            Identity identity,
            Transactions transactions,
            PlainCommands plainCommands) {
        this.home = home;
        this.session = session;
        this.own = own;
        this.identity = identity;
        this.transactions = transactions;
        this.plainCommands = plainCommands;
    }

    /**
     * Sends a script in the form in which Redis lets it read only. Whoever serves may be a master,
     * or become one while the script is on its way.
     */
    Wait script(CommandSpec spec, byte[] from, int at, int length) {
        List<byte[]> words = Arguments.of(from, at, at + length);
        String name = Words.keyword(words.getFirst());
        String form = name.endsWith(READ_ONLY_FORM) ? name : name + READ_ONLY_FORM;
        byte[] command = command(form, words.subList(1, words.size()));
        return plainCommands.send(Tag.OPAQUE_READ, spec, command, 0, command.length);
    }

    /** What the command is by what Redis has told since it was read; null if that is not known. */
    @Nullable CommandSpec named(byte[] from, int at, int length) {
        List<byte[]> words = Arguments.of(from, at, at + length);
        String name = text(words.getFirst());
        if (name.indexOf(' ') >= 0) {
            return null;
        }
        String second = words.size() > 1 ? text(words.get(1)) : "";
        CommandSpec found =
                home.commands().find(second.indexOf(' ') < 0 ? name + " " + second : name);
        return found.kind() == CommandKind.NOT_LISTED ? null : found;
    }

    /** Refuses a command that is not known, once it was asked for those that are. */
    Wait notListed(CommandSpec spec) {
        if (home.knowsCommands() || asked) {
            return transactions.refuse(Policy.refusal(spec.kind()));
        }
        Wait ready = own.ready();
        UpstreamConnection mine = own.get();
        if (ready != Wait.NONE || mine == null) {
            return ready;
        }
        if (mine.underWay() > 0) {
            return Wait.REPLIES;
        }
        asked = true;
        identity.askForNothing();
        home.learnFrom(
                mine,
                () -> {
                    var _ = identity.answered();
                    session.pumpLater();
                });
        return Wait.REPLIES;
    }

    private static String text(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1);
    }

    private static byte[] command(String name, List<byte[]> arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("*" + (1 + arguments.size()) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        word(out, name.getBytes(StandardCharsets.ISO_8859_1));
        arguments.forEach(argument -> word(out, argument));
        return out.toByteArray();
    }

    private static void word(ByteArrayOutputStream out, byte[] bytes) {
        out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        out.writeBytes(new byte[] {'\r', '\n'});
    }
}
