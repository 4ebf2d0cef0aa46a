/**
 * A hive on one machine, for people and for tests: real redis-servers, their sidecars, and a DNS
 * server that names them. Nothing here runs in a sidecar.
 *
 * <p>Everything blocks; call it from ordinary or virtual threads, never from an event loop.
 */
@NullMarked
package io.hive.proxy.demo;

import org.jspecify.annotations.NullMarked;
