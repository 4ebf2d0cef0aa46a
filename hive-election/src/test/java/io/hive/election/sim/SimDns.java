package io.hive.election.sim;

import io.hive.core.node.NodeId;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The headless service's name: late to name a new pod, late to forget a dead one, and for each pod
 * that asks, at times partial, stale, or without an answer.
 */
final class SimDns {
    /** Pods never get so far. */
    private static final int DEAD_ADDRESSES = 150;

    private record Entry(NodeId node, long fromNanos, long untilNanos) {}

    /** What is wrong with the answers that one pod gets. */
    private static final class View {
        int failing;
        int partial;
        int late;
        int dead;
        @Nullable Set<NodeId> stale;
        int staleCount;
    }

    private final SimScheduler scheduler;
    private final SimRandom random;
    private final Map<Integer, Entry> entries = new TreeMap<>();
    private final Map<Integer, View> views = new TreeMap<>();
    private int empty;

    SimDns(SimScheduler scheduler, SimRandom random) {
        this.scheduler = scheduler;
        this.random = random;
    }

    void publish(SimPod pod, long afterNanos) {
        entries.put(pod.index, new Entry(pod.node, scheduler.now() + afterNanos, Long.MAX_VALUE));
    }

    void withdraw(SimPod pod, long afterNanos) {
        entries.computeIfPresent(
                pod.index,
                (index, entry) ->
                        new Entry(entry.node(), entry.fromNanos(), scheduler.now() + afterNanos));
    }

    /** Names exactly these, now. */
    void publishOnly(Collection<SimPod> pods) {
        entries.clear();
        for (SimPod pod : pods) {
            publish(pod, 0);
        }
    }

    void fail(SimPod asker, boolean begins) {
        view(asker).failing += begins ? 1 : -1;
    }

    void partial(SimPod asker, boolean begins) {
        view(asker).partial += begins ? 1 : -1;
    }

    /** Answers to this pod take seconds. */
    void late(SimPod asker, boolean begins) {
        view(asker).late += begins ? 1 : -1;
    }

    /** Answers to this pod name addresses from which nobody has ever answered, too. */
    void nameDead(SimPod asker, boolean begins) {
        view(asker).dead += begins ? 1 : -1;
    }

    /** The name has no addresses, whoever asks. */
    void empty(boolean begins) {
        empty += begins ? 1 : -1;
    }

    /** Whether this pod gets no answer now. */
    boolean silentTo(SimPod asker) {
        return empty > 0 || view(asker).failing > 0;
    }

    boolean lateTo(SimPod asker) {
        return view(asker).late > 0;
    }

    /** How long the answer to this pod takes. */
    long latencyNanos(SimPod asker) {
        return view(asker).late > 0
                ? random.between(500 * SimTime.MILLI, 4 * SimTime.SECOND)
                : random.between(0, 50 * SimTime.MILLI);
    }

    /** From now on this pod gets the answer of now. */
    void stale(SimPod asker, boolean begins) {
        View view = view(asker);
        view.staleCount += begins ? 1 : -1;
        if (view.staleCount == 0) {
            view.stale = null;
        } else if (view.stale == null) {
            view.stale = current();
        }
    }

    /** What this pod is answered now; null where there is no answer. */
    @Nullable Set<NodeId> ask(SimPod asker) {
        View view = view(asker);
        Set<NodeId> answer = view.stale == null ? current() : view.stale;
        if (silentTo(asker) || answer.isEmpty()) {
            return null;
        }
        if (view.dead > 0) {
            answer = new TreeSet<>(answer);
            answer.add(SimPod.nodeAt(DEAD_ADDRESSES + asker.index % 50));
        }
        if (view.partial == 0) {
            return answer;
        }
        Set<NodeId> some = new LinkedHashSet<>();
        for (NodeId node : answer) {
            if (random.chance(0.5)) {
                some.add(node);
            }
        }
        return some.isEmpty() ? Set.of(answer.iterator().next()) : some;
    }

    private Set<NodeId> current() {
        Set<NodeId> nodes = new TreeSet<>();
        for (Entry entry : entries.values()) {
            if (entry.fromNanos() <= scheduler.now() && scheduler.now() < entry.untilNanos()) {
                nodes.add(entry.node());
            }
        }
        return nodes;
    }

    private View view(SimPod asker) {
        return views.computeIfAbsent(asker.index, index -> new View());
    }
}
