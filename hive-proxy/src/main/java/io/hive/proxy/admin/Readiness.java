package io.hive.proxy.admin;

/**
 * Whether this pod should get traffic: its Redis is master, or a replica in sync.
 *
 * @param ready whether it should
 * @param reason one line, why, or why not
 */
public record Readiness(boolean ready, String reason) {}
