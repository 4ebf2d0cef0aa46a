package io.hive.proxy.command;

/**
 * What is known of a command. Any thread.
 *
 * @param name in upper case, a subcommand's after a blank ({@code CONFIG GET}); empty for what is
 *     not in the table
 * @param kind what it is to the relay, told by name
 * @param nature what running it may do
 * @param blocking whether it may wait for something to happen; of {@code XREAD} and {@code
 *     XREADGROUP} that is so only with {@code BLOCK} among their words
 */
public record CommandSpec(String name, CommandKind kind, Nature nature, boolean blocking) {}
