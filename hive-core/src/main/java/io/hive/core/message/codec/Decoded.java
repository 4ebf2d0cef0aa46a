package io.hive.core.message.codec;

import io.hive.core.message.PeerMessage;

/** What a frame of an established connection held. */
public sealed interface Decoded {
    /** A message that this version knows. */
    record Message(PeerMessage message) implements Decoded {}

    /**
     * A message that a newer version sends and this one does not know: to be skipped.
     *
     * @param type its number on the wire
     */
    record Unknown(int type) implements Decoded {}
}
