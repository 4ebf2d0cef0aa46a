package io.hive.proxy.admin;

/**
 * Whether this process works.
 *
 * @param live false where only a restart helps
 * @param reason one line, why, or why not
 */
public record Liveness(boolean live, String reason) {}
