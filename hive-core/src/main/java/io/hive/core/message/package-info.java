/**
 * What sidecars say to each other, and the codec that carries it.
 *
 * <p>Values and pure functions; any thread may use them.
 */
@NullMarked
package io.hive.core.message;

import org.jspecify.annotations.NullMarked;
