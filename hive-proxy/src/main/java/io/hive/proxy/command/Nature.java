package io.hive.proxy.command;

/** What running a command may do, and whether its refusal proves that it did not run. */
public enum Nature {
    /**
     * Changes nothing, and may be run twice. Its refusals ({@code -READONLY} …) are Redis's own.
     */
    READ,
    /** May change something. Its refusals are Redis's own. */
    WRITE,
    /**
     * Runs code that may change something and can answer anything, a refusal included: scripts,
     * functions, commands of modules, and whatever the table does not know.
     */
    OPAQUE,
    /** As {@link #OPAQUE}, but it says of itself that it changes nothing. */
    OPAQUE_READ
}
