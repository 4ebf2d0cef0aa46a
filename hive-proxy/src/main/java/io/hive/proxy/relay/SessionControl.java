package io.hive.proxy.relay;

/** What the parts of a session may ask of the whole. Event loop only. */
interface SessionControl {
    /** Deals with as many commands as can be dealt with now; does nothing from within itself. */
    void pump();

    /** The same, once what is being done now is done. */
    void pumpLater();

    /** Ends the session; what was written still reaches the client. */
    void end(String reason);

    /** Ends the session since something it had is lost for good. */
    void cut(String reason);

    /** Whether it has ended. */
    boolean ended();
}
