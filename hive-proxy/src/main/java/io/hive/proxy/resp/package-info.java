/**
 * The Redis protocol as far as a relay needs it: where a command or a reply ends, and which command
 * it is. Nothing here collects a value in memory or makes an object per element.
 *
 * <p>A framer or scanner belongs to one connection and is used by that connection's event loop
 * alone; what is immutable here may be used by any thread.
 */
@NullMarked
package io.hive.proxy.resp;

import org.jspecify.annotations.NullMarked;
