/**
 * The HTTP port: probes, metrics and status, and the form of the status that the command line reads
 * again.
 *
 * <p>Each request runs on a virtual thread of its own; what it asks is answered from values that
 * other threads published, and nothing here waits for them.
 */
@NullMarked
package io.hive.proxy.admin;

import org.jspecify.annotations.NullMarked;
