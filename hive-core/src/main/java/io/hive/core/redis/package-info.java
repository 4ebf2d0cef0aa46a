/**
 * What a redis-server says of itself, and what its dataset is worth in an election.
 *
 * <p>Values only; any thread may use them.
 */
@NullMarked
package io.hive.core.redis;

import org.jspecify.annotations.NullMarked;
