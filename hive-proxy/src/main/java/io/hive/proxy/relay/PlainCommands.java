package io.hive.proxy.relay;

import io.hive.proxy.command.CommandSpec;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;

/**
 * Sends commands that mean nothing to the connection they come over: over the lane, unless
 * something ties the session to a connection of its own.
 */
final class PlainCommands {
    /** Redis closes connections that send more than this before they have logged in. */
    static final int MAX_BEFORE_LOGIN = 1024;

    private static final byte[] NOT_LOGGED_IN =
            "-NOAUTH Authentication required.\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Channel client;
    private final RelayLimits limits;
    private final LaneShare lane;
    private final OwnConnection own;
    private final Identity identity;
    private final Answers answers;
    private final OwnCommands ownCommands;

    PlainCommands(
            Channel client,
            RelayLimits limits,
            Links links,
            Identity identity,
            Answers answers,
            OwnCommands ownCommands) {
        this.client = client;
        this.limits = limits;
        lane = links.lane();
        own = links.own();
        this.identity = identity;
        this.answers = answers;
        this.ownCommands = ownCommands;
    }

    Wait send(Tag tag, CommandSpec spec, byte[] from, int at, int length) {
        if (own.tied()) {
            return ownCommands.send(tag, spec, from, at, length);
        }
        boolean large = length > limits.largeCommand();
        if (large) {
            own.bulky();
        }
        if (own.isBulky() || (own.held() && !own.canBeGivenBack())) {
            Wait result = ownCommands.send(tag, spec, from, at, length);
            if (result == Wait.NONE && !large) {
                own.lessBulky();
            }
            return result;
        }
        own.giveBack();
        UpstreamConnection shared = lane.open(identity.profile());
        if (shared == null) {
            return Wait.MASTER;
        }
        if (shared.loginNeeded() && length > MAX_BEFORE_LOGIN) {
            return answers.give(NOT_LOGGED_IN);
        }
        if (lane.full()) {
            return Wait.REPLIES;
        }
        if (!client.isWritable()) {
            return Wait.ROOM;
        }
        lane.send(shared, tag, 1, from, at, length);
        return Wait.NONE;
    }
}
