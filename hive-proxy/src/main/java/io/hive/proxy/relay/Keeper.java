package io.hive.proxy.relay;

/** Who looks after a connection to the master. Event loop only. */
interface Keeper {
    /** It may be used. */
    void ready(UpstreamConnection connection);

    /**
     * It could not be set up.
     *
     * @param refused whether Redis answered, and refused the profile
     */
    void failed(UpstreamConnection connection, String reason, boolean refused);

    /**
     * The route leads elsewhere now, while commands are under way: what Redis refuses of them is
     * still taken, for a moment; then it is {@link #lost}.
     */
    void retiring(UpstreamConnection connection);

    /**
     * It is over. What was under way can be taken with {@link UpstreamConnection#taken()}.
     *
     * @param moved whether the route leads elsewhere now, and the connection still stood
     */
    void lost(UpstreamConnection connection, String reason, boolean moved);
}
