package io.hive.election;

import io.hive.core.leader.Leadership;
import io.hive.core.message.PeerMessage.Cause;
import io.hive.core.message.Standing;
import io.hive.core.node.Member;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** A candidate's question, and the answers to it. */
final class Ballot {
    private final long epoch;
    private final Cause cause;
    private final List<Leadership> superseded;
    private final long deadlineNanos;
    private final long operation;
    private final SortedSet<Member> waiting = new TreeSet<>();
    private final SortedSet<Member> notFrozen = new TreeSet<>();
    private final SortedMap<Member, Standing> answers = new TreeMap<>();

    Ballot(
            long epoch,
            Cause cause,
            List<Leadership> superseded,
            Collection<Member> members,
            long deadlineNanos,
            long operation) {
        this.epoch = epoch;
        this.cause = cause;
        this.superseded = superseded;
        this.deadlineNanos = deadlineNanos;
        this.operation = operation;
        waiting.addAll(members);
    }

    long epoch() {
        return epoch;
    }

    Cause cause() {
        return cause;
    }

    List<Leadership> superseded() {
        return superseded;
    }

    /** The operation that freezes the candidate's own Redis. */
    long operation() {
        return operation;
    }

    void answered(Member member, Standing standing) {
        if (waiting.remove(member)) {
            answers.put(member, standing);
        }
    }

    /** It refused because its Redis could not be frozen: it may hold data. */
    void notFrozen(Member member) {
        if (waiting.remove(member)) {
            notFrozen.add(member);
        }
    }

    /** It went away: nobody waits for it any more. */
    void gone(Member member) {
        waiting.remove(member);
        notFrozen.remove(member);
    }

    boolean done(long now) {
        return waiting.isEmpty() || now - deadlineNanos >= 0;
    }

    List<Standing> answers() {
        return List.copyOf(answers.values());
    }

    /** Members that are there and have not told what they hold. */
    SortedSet<Member> untold() {
        SortedSet<Member> untold = new TreeSet<>(waiting);
        untold.addAll(notFrozen);
        return untold;
    }
}
