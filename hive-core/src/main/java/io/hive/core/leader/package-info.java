/**
 * Who leads, in which epoch, and what the others need to follow it.
 *
 * <p>Values only; any thread may use them.
 */
@NullMarked
package io.hive.core.leader;

import org.jspecify.annotations.NullMarked;
