/**
 * Discovery for clients that speak to Redis Sentinel: who leads, who follows, and a message when
 * that changes. It answers as a sentinel does and decides nothing.
 *
 * <p>Everything here runs on one event loop, but for the start and the end of {@link
 * io.hive.proxy.sentinel.SentinelServer}, which any thread may call.
 */
@NullMarked
package io.hive.proxy.sentinel;

import org.jspecify.annotations.NullMarked;
