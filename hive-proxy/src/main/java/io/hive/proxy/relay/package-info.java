/**
 * Carries clients' commands to the master and its replies back.
 *
 * <p>Each client has a session, and each session has, while it needs one, a connection of its own
 * to the master, on the same event loop: nothing here is locked or handed from thread to thread.
 *
 * <p>A {@code Session} is made of parts that each own what they change. What comes next, and why
 * nothing does, is the {@code Pump}'s; it takes commands from the {@code Backlog} (what was taken
 * back) or the {@code Intake} (what the client sent), and the {@code Dispatch} deals with each as
 * its {@code Treatment} says. They go over the {@code LaneShare} or the {@code OwnConnection}; what
 * ties a session to the latter are its {@code Bonds}. {@code Replies} makes of the answers what the
 * client gets, {@code Outgoing} keeps their order. When a master is lost, {@code Recalls} and
 * {@code Losses} collect what was under way, and {@code Outcomes} alone decides what becomes of it.
 *
 * <p>An {@code UpstreamConnection} is given its profile by {@code SetUp}, keeps what is not
 * answered in its {@code Pipeline}, and gives replies out through {@code ReplyDelivery}; {@code
 * Tenure} says whether what its master says still counts.
 *
 * <p>{@link io.hive.proxy.relay.Relay} may be entered by any thread, the counters read by any; the
 * rest belongs to the event loop of the client it serves.
 */
@NullMarked
package io.hive.proxy.relay;

import org.jspecify.annotations.NullMarked;
