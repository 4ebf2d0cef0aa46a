package io.hive.proxy.discovery;

import io.hive.core.node.NodeId;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;

/**
 * A list that never changes. It is told at the start and when asked to refresh, and not in between:
 * nobody answers here, so nothing may be concluded from an answer that comes.
 */
final class FixedDiscovery implements Discovery {
    private final Set<NodeId> nodes;
    private final Semaphore due = new Semaphore(1);
    private final Worker worker = new Worker("discovery-static");

    FixedDiscovery(Collection<NodeId> members) {
        this.nodes = Set.copyOf(new TreeSet<>(members));
        if (nodes.isEmpty() || nodes.size() > MAX_NODES) {
            throw new IllegalArgumentException(
                    "expected 1 to " + MAX_NODES + " members, got " + nodes.size());
        }
    }

    @Override
    public void start(Listener listener) {
        worker.start(() -> {
            due.acquire();
            due.drainPermits();
            listener.discovered(nodes);
        });
    }

    @Override
    public void refresh() {
        due.release();
    }

    @Override
    public void close() {
        worker.close();
    }
}
