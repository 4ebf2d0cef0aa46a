/**
 * The sidecar: its {@code main} and the composition root. Everything that touches a socket, a
 * clock, a thread or a file is below this package; who leads is decided in {@code
 * io.hive.election}. Only the starting thread enters this package.
 */
@NullMarked
package io.hive.proxy;

import org.jspecify.annotations.NullMarked;
