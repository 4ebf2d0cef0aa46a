/**
 * The simulator: production {@link io.hive.election.Election}s under a virtual clock, a network, a
 * discovery and Redises that fail as one seed says.
 *
 * <p>One thread runs a simulation; nothing in here reads a clock, sleeps, or draws a random number
 * that does not come from the seed. Whoever starts the same seed again gets the same events.
 */
@NullMarked
package io.hive.election.sim;

import org.jspecify.annotations.NullMarked;
