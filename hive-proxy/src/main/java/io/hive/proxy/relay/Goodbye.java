package io.hive.proxy.relay;

import java.nio.charset.StandardCharsets;

/** How a client is let go that asked for it, in one way or another. */
final class Goodbye {
    private final LoopRelay home;
    private final Input input;
    private final Outgoing out;
    private final Links links;
    private final Bonds bonds;
    private final Answers answers;
    private final SessionControl session;

    Goodbye(
            LoopRelay home,
            Input input,
            Outgoing out,
            Links links,
            Bonds bonds,
            Answers answers,
            SessionControl session) {
        this.home = home;
        this.input = input;
        this.out = out;
        this.links = links;
        this.bonds = bonds;
        this.answers = answers;
        this.session = session;
    }

    Wait quit() {
        if (out.holding()) {
            return Wait.REPLIES;
        }
        Wait result = answers.give(Answer.OK.line());
        if (result == Wait.NONE) {
            session.end("it asked for that");
        }
        return result;
    }

    /** Redis closes the connection without a word. */
    Wait hangUp() {
        if (links.underWay() > 0 || out.holding()) {
            return Wait.REPLIES;
        }
        session.end("it speaks HTTP");
        return Wait.NONE;
    }

    /** The client sent what is no command. */
    Wait malformed() {
        if (links.underWay() > 0 || out.holding()) {
            return Wait.REPLIES;
        }
        String fault = input.fault();
        home.metrics().protocolErrors.increment();
        if (!bonds.muted()) {
            out.reply(home.bytes(("-ERR " + fault + "\r\n").getBytes(StandardCharsets.UTF_8)));
        }
        session.end("it sent what is no command: " + fault);
        return Wait.NONE;
    }
}
