import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Has a client write a unique value, again and again, and knows when that worked. */
final class Writer extends Thread {
    /** So that the clients leave the processor to what is measured. */
    private static final long PACE_NANOS = 500_000;

    private static final long RETRY_NANOS = 1_000_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(120);

    private final Client client;
    private final String key;
    private volatile boolean finished;
    private volatile long markNanos;
    private volatile boolean marked;
    private volatile boolean served;
    private volatile long servedNanos;
    private volatile long longestGapNanos;
    private volatile long acknowledged;
    private volatile String lastTrouble = "";

    Writer(Client client, String key) {
        super("writer-" + key);
        this.client = client;
        this.key = key;
        setDaemon(true);
    }

    @Override
    public void run() {
        long lastNanos = System.nanoTime();
        for (long n = 0; !finished; n++) {
            long sent = System.nanoTime();
            boolean done = false;
            try {
                done = client.write(key, key + n);
            } catch (RuntimeException e) {
                lastTrouble = e.toString();
            }
            long now = System.nanoTime();
            if (done) {
                longestGapNanos = Math.max(longestGapNanos, now - lastNanos);
                lastNanos = now;
                acknowledged++;
                if (marked && !served && sent - markNanos >= 0) {
                    servedNanos = now;
                    served = true;
                }
            }
            LockSupport.parkNanos(done ? PACE_NANOS : RETRY_NANOS);
        }
        client.close();
    }

    /** Waits until it has had so many writes acknowledged. */
    void awaitAcknowledged(long writes) throws InterruptedException {
        long from = acknowledged;
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (acknowledged - from < writes) {
            pause(deadline);
        }
    }

    /** From now on it looks for the first write that was sent at this moment or later. */
    void mark(long nanos) {
        marked = false;
        served = false;
        markNanos = nanos;
        marked = true;
    }

    /** When the first write that was sent after the mark was acknowledged. */
    long awaitServed() throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!served) {
            pause(deadline);
        }
        return servedNanos;
    }

    /** Forgets the longest gap so far. */
    void forgetGap() {
        longestGapNanos = 0;
    }

    /** The longest time between two acknowledged writes, in seconds. */
    double longestGapSeconds() {
        return longestGapNanos / 1e9;
    }

    void finish() throws InterruptedException {
        finished = true;
        join(TimeUnit.SECONDS.toMillis(30));
    }

    private void pause(long deadline) throws InterruptedException {
        if (System.nanoTime() - deadline > 0) {
            throw new IllegalStateException(
                    "no write of " + getName() + " was acknowledged; last: " + lastTrouble);
        }
        TimeUnit.MILLISECONDS.sleep(1);
    }
}
