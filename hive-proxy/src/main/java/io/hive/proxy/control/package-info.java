/**
 * The control loop: everything that happens goes into one bounded queue, one thread takes it to the
 * election, and carries out what the election wants, in order.
 *
 * <p>Any thread may offer inputs and read the view and the journal; only the control thread enters
 * the election.
 */
@NullMarked
package io.hive.proxy.control;

import org.jspecify.annotations.NullMarked;
