/**
 * Who is master now, published to the event loops.
 *
 * <p>The control thread writes; any thread may read.
 */
@NullMarked
package io.hive.proxy.route;

import org.jspecify.annotations.NullMarked;
