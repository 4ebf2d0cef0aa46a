package io.hive.core.node;

/**
 * What a node does now. The names stand on the status page, the codes in a metric and on the wire;
 * neither changes.
 */
public enum NodeState {
    /** Its Redis or its view of the hive is not fit to take part yet; it serves nobody. */
    NOT_READY(0),
    /** It is fit, and knows no leader; it waits until an election may start. */
    ALONE(1),
    /** It takes part in an election that is under way. */
    PROPOSING(2),
    /** It follows a leader. */
    FOLLOWING(3),
    /** It leads: its Redis is the master. */
    LEADING(4),
    /** It drains: it will stop, and does not lead unless all drain. */
    LEAVING(5),
    /** Neither discovery nor a peer answers: it serves nobody (rule 13). */
    FENCED(6);

    private final int code;

    NodeState(int code) {
        this.code = code;
    }

    /** The stable number of this state. */
    public int code() {
        return code;
    }
}
