/**
 * How log lines look and where they go.
 *
 * <p>Set once, by the starting thread, before anything is started.
 */
@NullMarked
package io.hive.proxy.log;

import org.jspecify.annotations.NullMarked;
