/**
 * What the relay knows of Redis's commands: which ones there are, what each may do, and which of
 * them it must treat in a way of their own.
 *
 * <p>Everything here is immutable and may be used by any thread, but for {@link
 * io.hive.proxy.command.InlineSplitter}, which belongs to whoever made it.
 */
@NullMarked
package io.hive.proxy.command;

import org.jspecify.annotations.NullMarked;
