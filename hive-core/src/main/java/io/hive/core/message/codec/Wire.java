package io.hive.core.message.codec;

/** The limits of what travels between peers. */
public final class Wire {
    /** The protocol that this version speaks, and the newest that it offers in a hello. */
    public static final int VERSION = 1;

    /** The oldest protocol that this version still speaks. */
    public static final int OLDEST_VERSION = 1;

    /** No frame is longer, its length prefix left out; in bytes. */
    public static final int MAX_FRAME_BYTES = 64 * 1024;

    /** What a message authentication code takes: HMAC-SHA256. */
    public static final int MAC_BYTES = 32;

    /** What a nonce takes. */
    public static final int NONCE_BYTES = 32;

    /** No encoded message is longer, so that it fits a frame together with its code. */
    public static final int MAX_MESSAGE_BYTES = MAX_FRAME_BYTES - MAC_BYTES;

    /** No handshake message is longer: what a stranger can make this process keep. */
    public static final int MAX_HANDSHAKE_BYTES = 1024;

    /** How many secrets a side may hold, and proofs it may show, while secrets change. */
    public static final int MAX_PROOFS = 8;

    /** The longest cluster name, in bytes of UTF-8. */
    public static final int MAX_CLUSTER_BYTES = 128;

    /** The longest text in a message, in bytes of UTF-8. */
    public static final int MAX_TEXT_BYTES = 512;

    private Wire() {}
}
