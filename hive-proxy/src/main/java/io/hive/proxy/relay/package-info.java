/**
 * Carries clients' commands to the master and its replies back.
 *
 * <p>Each client has a session, and each session has, while it needs one, a connection of its own
 * to the master, on the same event loop: nothing here is locked or handed from thread to thread.
 * {@link io.hive.proxy.relay.Relay} may be entered by any thread, the counters read by any; the
 * rest belongs to the event loop of the client it serves.
 */
@NullMarked
package io.hive.proxy.relay;

import org.jspecify.annotations.NullMarked;
