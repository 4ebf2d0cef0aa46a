/**
 * The command line: commands, options made from the table of settings, and what they print.
 *
 * <p>Entered by the starting thread alone. The only package that writes to the standard streams.
 */
@NullMarked
package io.hive.proxy.cli;

import org.jspecify.annotations.NullMarked;
