package io.hive.election.sim;

import io.hive.election.Effect;
import io.hive.election.ElectionView;
import io.hive.election.Outcome;
import io.hive.election.Step;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Looks at what the elections do; changes nothing. */
interface SimWatcher {
    /** An election took an input; {@code before} is null at its first. */
    default void stepped(SimNode node, @Nullable ElectionView before, Step step) {}

    /** An effect is about to be carried out. */
    default void emitted(SimNode node, Effect effect) {}

    /** An operation ended; the election has not been told yet. */
    default void ended(SimNode node, Effect.Operation operation, Outcome outcome) {}

    /** A Redis lost what it had in memory, not by a decision. */
    default void dataLost(SimPod pod) {}

    /** A Redis was told to follow another, and does. */
    default void roleChanged(SimPod pod) {}

    /** A write was acknowledged to the client that sent it. */
    default void acknowledged(int value) {}

    /** A full synchronisation replaces a dataset; {@code known} tells whether it had a history. */
    default void overwritten(SimPod pod, BitSet before, BitSet after, boolean known) {}
}
