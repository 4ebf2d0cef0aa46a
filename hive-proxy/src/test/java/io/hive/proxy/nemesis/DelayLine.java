package io.hive.proxy.nemesis;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A pod's cable where it has to be slow: a device in the pod's network and one in the hub's, with
 * this JVM carrying each frame from one to the other, later. (The build machines' kernel has no
 * netem.) Frames stay in order. Any thread.
 */
final class DelayLine implements AutoCloseable {
    private static final int FRAME_BYTES = 65_536;
    private static final int QUEUED = 10_000;
    private static final int LOOK_MILLIS = 50;

    private final int podEnd;
    private final int hubEnd;
    private final Direction toHub;
    private final Direction toPod;
    private volatile boolean closed;

    private static final class Frame {
        private final byte[] bytes;
        private final long dueNanos;

        Frame(byte[] bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }
    }

    /**
     * Puts a cable between two networks.
     *
     * @param random what the delays vary by
     */
    DelayLine(Space pod, String podDevice, Space hub, String hubDevice, Random random) {
        podEnd = pod.call(() -> Kernel.tap(podDevice));
        hubEnd = hub.call(() -> Kernel.tap(hubDevice));
        toHub = new Direction(hubDevice + "-up", podEnd, hubEnd, new Random(random.nextLong()));
        toPod = new Direction(hubDevice + "-down", hubEnd, podEnd, new Random(random.nextLong()));
    }

    /**
     * Sets how late frames are from now on.
     *
     * @param out those from the pod
     * @param in those to the pod
     * @param jitter up to so much is added, drawn for each frame
     */
    void delay(Duration out, Duration in, Duration jitter) {
        toHub.delayNanos = out.toNanos();
        toPod.delayNanos = in.toNanos();
        toHub.jitterNanos = jitter.toNanos();
        toPod.jitterNanos = jitter.toNanos();
    }

    @Override
    public void close() {
        closed = true;
        toHub.end();
        toPod.end();
        Kernel.close(podEnd);
        Kernel.close(hubEnd);
    }

    /** One way, with a thread that takes frames and one that hands them on. */
    private final class Direction {
        private final int from;
        private final int to;
        private final Random random;
        private final BlockingQueue<Frame> queue = new ArrayBlockingQueue<>(QUEUED);
        private final Thread taking;
        private final Thread handing;
        private volatile long delayNanos;
        private volatile long jitterNanos;

        Direction(String name, int from, int to, Random random) {
            this.from = from;
            this.to = to;
            this.random = random;
            this.taking = Thread.ofPlatform().daemon().name(name + "-in").start(this::take);
            this.handing = Thread.ofPlatform().daemon().name(name + "-out").start(this::hand);
        }

        private void take() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(FRAME_BYTES);
                long last = System.nanoTime();
                while (!closed) {
                    if (!Kernel.readable(from, LOOK_MILLIS)) {
                        continue;
                    }
                    int length = Kernel.read(from, buffer);
                    if (length <= 0) {
                        // the device is down; poll says so at once
                        LockSupport.parkNanos(1_000_000);
                        continue;
                    }
                    long jitter = jitterNanos == 0 ? 0 : random.nextLong(jitterNanos);
                    long due = System.nanoTime() + delayNanos + jitter;
                    last = due - last > 0 ? due : last;
                    byte[] bytes =
                            buffer.asSlice(0, length)
                                    .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
                    // a full queue drops, as a switch does
                    boolean _ = queue.offer(new Frame(bytes, last));
                }
            }
        }

        private void hand() {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(FRAME_BYTES);
                while (!closed) {
                    Frame frame = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                    if (frame == null) {
                        continue;
                    }
                    for (long rest = frame.dueNanos - System.nanoTime();
                            rest > 0 && !closed;
                            rest = frame.dueNanos - System.nanoTime()) {
                        LockSupport.parkNanos(rest);
                    }
                    MemorySegment.copy(
                            frame.bytes,
                            0,
                            buffer,
                            java.lang.foreign.ValueLayout.JAVA_BYTE,
                            0,
                            frame.bytes.length);
                    Kernel.write(to, buffer.asSlice(0, frame.bytes.length));
                }
            } catch (InterruptedException _) {
                // Closed.
            }
        }

        private void end() {
            handing.interrupt();
            try {
                taking.join();
                handing.join();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
