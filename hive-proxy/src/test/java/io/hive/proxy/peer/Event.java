package io.hive.proxy.peer;

import io.hive.core.message.PeerMessage;
import io.hive.core.node.Member;

/** What a listener was told. */
sealed interface Event {
    Member peer();

    record Connected(Member peer) implements Event {}

    record Received(Member peer, PeerMessage message) implements Event {}

    record Disconnected(Member peer, String reason) implements Event {}
}
