package io.hive.election;

import io.hive.core.message.HandoffResult;
import io.hive.core.message.PeerMessage.HandoffReply;
import io.hive.core.message.PeerMessage.HandoffRequest;
import io.hive.core.message.PeerMessage.LeaderNotice;
import io.hive.core.node.Member;
import io.hive.core.node.NodeId;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was asked of this node's own ports: it is the leader's to do, wherever that is. */
final class HandoffRequests {
    /** More than all steps of a handover take together. */
    private static final long PATIENCE_NANOS = 15_000_000_000L;

    /** Nobody has reason to wait for more. */
    private static final int MAX_WAITING = 64;

    private final Context context;
    private final Handover handover;
    private final Map<Long, Waiting> waiting = new TreeMap<>();

    /** Whom a request was passed on to, and until when its answer is waited for. */
    private record Waiting(Member leader, @Nullable NodeId to, long untilNanos) {}

    HandoffRequests(Context context, Handover handover) {
        this.context = context;
        this.handover = handover;
    }

    void asked(Input.Handoff handoff) {
        LeaderNotice leader = context.leader;
        if (context.phase instanceof Phase.Leading) {
            handover.asked(null, handoff.request(), handoff.to());
            return;
        }
        String obstacle = null;
        if (leader == null) {
            obstacle = "nobody leads now: " + context.waitingFor();
        } else if (context.peers.live(leader.leadership().leader().node(), context.now) == null) {
            obstacle = leader.leadership().leader().node() + " leads and is not heard from here";
        } else if (waiting.size() >= MAX_WAITING) {
            obstacle = MAX_WAITING + " requests wait for an answer already";
        }
        if (leader == null || obstacle != null) {
            String reason = obstacle == null ? "nobody leads now" : obstacle;
            end(handoff.request(), HandoffResult.refused(null, handoff.to(), reason));
            return;
        }
        Member to = leader.leadership().leader();
        waiting.put(handoff.request(), new Waiting(to, handoff.to(), context.now + PATIENCE_NANOS));
        context.send(to.node(), new HandoffRequest(handoff.request(), handoff.to()));
    }

    void answered(Member from, HandoffReply reply) {
        Waiting asked = waiting.get(reply.request());
        if (asked != null && asked.leader().equals(from)) {
            waiting.remove(reply.request());
            end(reply.request(), reply.result());
        }
    }

    /** A peer is gone, and what it was asked stays open. */
    void gone(Member peer) {
        waiting.entrySet()
                .removeIf(entry -> {
                    boolean open = entry.getValue().leader().equals(peer);
                    if (open) {
                        unknown(entry.getKey(), entry.getValue(), "went away before it answered");
                    }
                    return open;
                });
    }

    /** Called after every input. */
    void uphold() {
        if (waiting.isEmpty()) {
            return;
        }
        waiting.entrySet()
                .removeIf(entry -> {
                    boolean late = context.now - entry.getValue().untilNanos() >= 0;
                    if (late) {
                        unknown(entry.getKey(), entry.getValue(), "did not answer in time");
                    }
                    return late;
                });
    }

    private void unknown(long request, Waiting asked, String what) {
        NodeId leader = asked.leader().node();
        end(
                request,
                new HandoffResult(
                        HandoffResult.Outcome.FAILED,
                        leader,
                        asked.to(),
                        0,
                        0,
                        leader + " " + what + "; the status says who leads now"));
    }

    private void end(long request, HandoffResult result) {
        context.emit(new Effect.HandoffEnded(request, result));
    }
}
