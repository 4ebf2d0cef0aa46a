/**
 * Which Redis serves reads now: the local replica while it is fresh, else a fresher one, else the
 * master (docs/reads.md).
 *
 * <p>{@code Freshness} says how old a replica's data may be, {@code Candidates} who could serve,
 * {@code ReadRoutes} chooses and tells the relay. The control thread enters {@link
 * io.hive.proxy.reads.ReadRoutes#viewed}; everything else of it any thread.
 */
@NullMarked
package io.hive.proxy.reads;

import org.jspecify.annotations.NullMarked;
