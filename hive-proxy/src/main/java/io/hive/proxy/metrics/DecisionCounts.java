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
}
