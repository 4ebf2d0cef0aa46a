/**
 * The local redis-server: the watcher that observes it, and the one place that changes its role.
 *
 * <p>{@link io.hive.proxy.redis.LocalRedis} is the way in; the control thread calls it and is never
 * blocked by it. Inside, one virtual thread watches and one carries out operations; what they find
 * is handed to the control loop's callbacks from those threads, in the order in which it was true.
 */
@NullMarked
package io.hive.proxy.redis;

import org.jspecify.annotations.NullMarked;
