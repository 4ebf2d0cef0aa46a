package io.hive.proxy.metrics;

/** What the journal counts. Read on any thread; both only grow. */
public interface DecisionCounts {
    /** The highest number of a rule; 0 stands for none in particular. */
    int LAST_RULE = 23;

    /**
     * Decisions by this rule.
     *
     * @param rule 0 to {@value #LAST_RULE}
     */
    long decisions(int rule);

    /** Bytes of the replication stream that are known to be lost by decisions. */
    long lostBytes();

    /** Keys of datasets that a history lacks that goes on. */
    long droppedKeys(Whose whose);

    /** Writes that it lacks, as far as a leader has counted them. */
    long droppedWrites(Whose whose);

    /** Bytes of the replication stream that it lacks. */
    long droppedBytes(Whose whose);

    /** Snapshots that were set aside. */
    long salvagedFiles();

    /** Their bytes. */
    long salvagedBytes();

    /** Attempts to set a dataset aside that failed. */
    long salvageFailures();

    /** Whose data it was. */
    enum Whose {
        /** This node's, which followed another. */
        OWN,
        /** That of others, who were to follow this node. */
        OTHERS
    }
}
