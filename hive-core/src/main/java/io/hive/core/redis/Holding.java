package io.hive.core.redis;

import io.hive.core.lineage.Position;

/** What a dataset is worth, best first (rule 1). */
public sealed interface Holding {
    /**
     * A dataset whose lineage is known: its sidecar saw it in sync under this run, or led it, or
     * its snapshot restored the ID.
     */
    record Lineage(Position position) implements Holding {
        @Override
        public String toString() {
            return position.toString();
        }
    }

    /** Keys of which nobody can say which history they belong to. */
    record Unknown() implements Holding {
        @Override
        public String toString() {
            return "unknown lineage";
        }
    }

    /** No keys. */
    record Empty() implements Holding {
        @Override
        public String toString() {
            return "empty";
        }
    }

    /** The Redis has not told: it is loading, synchronising, silent or away. It may hold data. */
    record Untold() implements Holding {
        @Override
        public String toString() {
            return "not told";
        }
    }
}
