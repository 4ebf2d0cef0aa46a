/**
 * Real client libraries, directly on a Redis, through the relay, and across a change of master in
 * the middle of what they do. What passes directly is what the client expects; the relay must not
 * be told from it.
 */
@NullMarked
package io.hive.proxy.clients;

import org.jspecify.annotations.NullMarked;
