package io.hive.proxy.redis;

import io.hive.core.redis.RedisReport;

/**
 * A report, and what only this package needs of the same INFO.
 *
 * @param backlogSize {@code repl_backlog_size} in bytes, or 0 where it is not told
 */
record Snapshot(RedisReport report, long backlogSize) {}
