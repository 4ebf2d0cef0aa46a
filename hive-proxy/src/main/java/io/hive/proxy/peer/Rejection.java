package io.hive.proxy.peer;

/** Why a connection on the peer port, or one to it, was given up. The names stand in metrics. */
public enum Rejection {
    /** A peer of another cluster. */
    OTHER_CLUSTER,
    /** It shares none of the secrets. */
    WRONG_SECRET,
    /** Where no secret is set: discovery does not name its address. */
    UNNAMED_SOURCE,
    /** It speaks no protocol version that this one speaks. */
    OTHER_VERSION,
    /** It claims to be this node, in another life: an address used twice. */
    SAME_IDENTITY,
    /** It is this very process. */
    SELF,
    /** A good connection to the same peer is already there, as one of the two sides knows. */
    DUPLICATE,
    /** Something that is no frame of a peer. */
    GARBAGE,
    /** A frame longer than the limit. */
    OVERSIZED,
    /** A frame of an established connection that was changed, repeated or left out. */
    TAMPERED,
    /** The handshake was not done by its deadline. */
    TOO_SLOW,
    /** The other side closed before the handshake was done; its log says why. */
    HUNG_UP,
    /** As many connections as are allowed, in all or from one address. */
    TOO_MANY
}
