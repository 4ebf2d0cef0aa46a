package io.hive.proxy.relay;

import io.netty.channel.Channel;

/** What Hive answers itself, in Redis's place, once everything before it is answered. */
final class Answers {
    private final LoopRelay home;
    private final Channel client;
    private final Outgoing out;
    private final Links links;
    private final Bonds bonds;

    Answers(LoopRelay home, Channel client, Outgoing out, Links links, Bonds bonds) {
        this.home = home;
        this.client = client;
        this.out = out;
        this.links = links;
        this.bonds = bonds;
    }

    /** Gives an answer to the next command, and counts it. */
    Wait give(Answer answer) {
        Wait result = give(answer.line());
        if (result == Wait.NONE) {
            home.metrics().answered(answer, 1);
        }
        return result;
    }

    /** Gives an answer to the next command. */
    Wait give(byte[] line) {
        if (links.underWay() > 0) {
            return Wait.REPLIES;
        }
        if (!client.isWritable()) {
            return Wait.ROOM;
        }
        boolean skipped = bonds.skipping();
        if (!bonds.unanswered()) {
            out.reply(home.bytes(line));
        } else if (skipped) {
            unskip();
        }
        return Wait.NONE;
    }

    /** Redis has not seen the command that was not to be answered: it must answer the next. */
    private void unskip() {
        UpstreamConnection mine = links.own().get();
        if (mine != null && mine.ready()) {
            mine.silently(ReplyMode.ON, _ -> {});
        }
    }
}
