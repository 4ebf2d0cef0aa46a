/**
 * Which addresses the hive may have members at: asked of DNS, or given as a list.
 *
 * <p>Discovery has threads of its own. Any thread may start, refresh and close it; its listener is
 * called by one thread at a time, never by an event loop.
 */
@NullMarked
package io.hive.proxy.discovery;

import org.jspecify.annotations.NullMarked;
