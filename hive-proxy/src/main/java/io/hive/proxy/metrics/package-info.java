/**
 * The metrics: one table of names and meanings, and the counters and gauges behind them.
 *
 * <p>Bound by the starting thread. Scraped on any thread, while the parts count on theirs: what is
 * handed in must be safe to read from another thread.
 */
@NullMarked
package io.hive.proxy.metrics;

import org.jspecify.annotations.NullMarked;
