/**
 * The snapshots of data that a merge gave up: their names, their limits, and that they are whole.
 *
 * <p>One snapshot is written at a time, on a thread that may block; the counts may be read on any.
 */
@NullMarked
package io.hive.proxy.salvage;

import org.jspecify.annotations.NullMarked;
