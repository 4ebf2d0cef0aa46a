package io.hive.proxy.relay;

/** The commands about which replies a connection gets, as Hive sends them itself. */
final class ReplyMode {
    static final byte[] ON = Profile.command("CLIENT", "REPLY", "ON");
    static final byte[] OFF = Profile.command("CLIENT", "REPLY", "OFF");
    static final byte[] SKIP = Profile.command("CLIENT", "REPLY", "SKIP");

    private ReplyMode() {}
}
