/**
 * The nemesis suite: real sidecars and redis-servers, each pod in a network of its own, while the
 * network, the processes, the clocks and the disks fail and clients write down what they were told.
 *
 * <p>It runs in a JVM of its own (tag {@code nemesis}): a thread that is started inside a pod's
 * network stays there, and so would the threads that other tests share.
 */
@org.jspecify.annotations.NullMarked
package io.hive.proxy.nemesis;
