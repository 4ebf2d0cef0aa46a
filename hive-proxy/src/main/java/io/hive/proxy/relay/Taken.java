package io.hive.proxy.relay;

import org.jspecify.annotations.Nullable;

/**
 * A command that was under way when its connection was lost or given up.
 *
 * @param owner whose it is; null if nobody wants its reply
 * @param item null if it was too large to be kept
 * @param sent whether Redis may have got it
 */
record Taken(@Nullable Session owner, Tag tag, @Nullable Item item, boolean sent) {}
