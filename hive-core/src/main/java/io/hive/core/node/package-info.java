/**
 * Who takes part: addresses, node identities, boots, and the states that a node can be in.
 *
 * <p>Values only; any thread may use them.
 */
@NullMarked
package io.hive.core.node;

import org.jspecify.annotations.NullMarked;
