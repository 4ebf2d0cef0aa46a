package io.hive.proxy.reads;

import io.hive.core.node.NodeId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** For how long each replica has been fit without a break. Control thread only. */
final class Steadiness {
    private final long steadyNanos;
    private final Map<NodeId, Long> since = new HashMap<>();

    Steadiness(long steadyNanos) {
        this.steadyNanos = steadyNanos;
    }

    void saw(List<Candidate> candidates, Predicate<Candidate> fit, long now) {
        since.keySet().retainAll(candidates.stream().map(Candidate::node).toList());
        for (Candidate candidate : candidates) {
            if (fit.test(candidate)) {
                since.putIfAbsent(candidate.node(), now);
            } else {
                since.remove(candidate.node());
            }
        }
    }

    boolean steady(NodeId node, long now) {
        Long from = since.get(node);
        return from != null && now - from >= steadyNanos;
    }
}
