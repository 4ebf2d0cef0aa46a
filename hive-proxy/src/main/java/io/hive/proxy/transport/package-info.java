/**
 * Which kind of sockets this process uses: epoll, io_uring or NIO.
 *
 * <p>Chosen once at start, on any thread.
 */
@NullMarked
package io.hive.proxy.transport;

import org.jspecify.annotations.NullMarked;
