/**
 * How the peers' messages and their handshake look as bytes.
 *
 * <p>Made for rolling upgrades: bytes that a newer version appends to a body are ignored, a message
 * of an unknown type is told apart from a broken one, enums travel by their stable codes, and every
 * length is bounded before anything is allocated for it. All numbers are big-endian.
 *
 * <p>Pure functions; any thread may use them.
 */
@NullMarked
package io.hive.core.message.codec;

import org.jspecify.annotations.NullMarked;
