import io.hive.proxy.admin.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Asks every sidecar's status page who leads, over and over. Has a thread of its own. */
final class LeaderWatch implements AutoCloseable {
    private static final long PAUSE_MILLIS = 200;

    private final List<HivePod> pods;
    private final long firstEpoch;
    private final Map<HivePod, String> last = new HashMap<>();
    private final List<String> changes = new ArrayList<>();
    private final Thread thread;
    private long epoch;
    private volatile boolean closed;

    LeaderWatch(List<HivePod> pods) {
        this.pods = pods;
        look();
        firstEpoch = epoch;
        thread = Thread.ofPlatform().daemon().name("leader-watch").start(this::watch);
    }

    private void watch() {
        while (!closed) {
            look();
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void look() {
        for (HivePod pod : pods) {
            Status status = pod.status();
            if (status == null) {
                // starved or busy: what it thinks is seen when it answers
                continue;
            }
            epoch = Math.max(epoch, status.epoch());
            String leader = String.valueOf(status.leader());
            String before = last.put(pod, leader);
            if (before != null && !before.equals(leader)) {
                changes.add(pod.address + ": " + before + " -> " + leader);
            }
        }
    }

    /** Changes of leader, or of there being none, as any sidecar saw them. */
    synchronized List<String> changes() {
        return List.copyOf(changes);
    }

    /** How many epochs began: each is an attempt to elect. */
    synchronized long elections() {
        return epoch - firstEpoch;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        look();
    }
}
