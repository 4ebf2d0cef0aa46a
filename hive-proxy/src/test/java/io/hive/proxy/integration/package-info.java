/**
 * Whole hives on this machine: real redis-servers, real sidecar processes, the real DNS path, each
 * pod on a loopback address of its own.
 */
@NullMarked
package io.hive.proxy.integration;

import org.jspecify.annotations.NullMarked;
