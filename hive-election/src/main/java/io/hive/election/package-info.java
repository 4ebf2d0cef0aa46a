/**
 * The decision who leads: a pure step function.
 *
 * <p>One thread at a time may enter an {@link io.hive.election.Election}; it reads no clock, does
 * no input or output, draws no randomness and does not log. The same inputs at the same times give
 * the same effects.
 */
@NullMarked
package io.hive.election;

import org.jspecify.annotations.NullMarked;
