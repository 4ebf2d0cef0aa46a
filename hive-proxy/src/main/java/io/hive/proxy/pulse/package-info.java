/**
 * What goes on from second to second: each sidecar takes its own pulse, tells it to the others, and
 * keeps the last minutes of all, for the dashboard.
 *
 * <p>One thread of its own takes the pulse; any thread may hand in what others said, and read.
 */
@NullMarked
package io.hive.proxy.pulse;

import org.jspecify.annotations.NullMarked;
