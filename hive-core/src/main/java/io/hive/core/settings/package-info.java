/**
 * Every setting of the sidecar: its name, default and meaning, how its text is read, and the
 * records that hold what was read, one per area, each of which accepts only what can work.
 *
 * <p>Values only; any thread may use them. Nothing here touches a file or the network: what the
 * machine has to say comes in through {@link io.hive.core.settings.Surroundings}.
 */
@NullMarked
package io.hive.core.settings;

import org.jspecify.annotations.NullMarked;
