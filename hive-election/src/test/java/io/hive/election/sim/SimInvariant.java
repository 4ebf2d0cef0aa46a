package io.hive.election.sim;

/** What must always hold, and what must happen. Each is checked on its own and has a name. */
enum SimInvariant {
    EPOCH_NEVER_GOES_BACK("no election's epoch ever goes back"),
    EPOCH_IN_USER_NAME("no leadership has an epoch that its Redis told to be past (rule 15)"),
    ONE_ANSWER_PER_EPOCH("nobody answers two candidates in one epoch (rule 6)"),
    ROUTE_TO_CONFIRMED_MASTER("no route opens to a master that was not confirmed in that epoch"),
    ROUTE_RENEWED_IS_OPEN("what is renewed is the route that is open"),
    ROUTE_ENDS_WITH_LEASE("a route outlives its control thread by the lease at most (rule 14)"),
    STOOD_STILL_ASKS_FIRST("who stood still opens and renews nothing at once (rule 14)"),
    PROMOTED_WAS_FROZEN("what is promoted is the process that was frozen and weighed (rule 4)"),
    EMPTY_NEVER_LEADS("no empty Redis is promoted while a reachable peer has data (rule 12)"),
    MOST_DATA_LEADS("no reachable eligible member has all of the leader's data and more (rule 9)"),
    OLD_MASTER_OFF_DUTY("an old master in reach without a sidecar is off duty (rule 8)"),
    OLD_MASTER_TAIL("an old master in reach without a sidecar has nothing more (rule 8)"),
    MERGE_LOSES_LESS("of two histories that met, not the one with far more is lost (rule 22)"),
    NOTHING_MORE_OVERWRITTEN("no full synchronisation replaces a known dataset by a part of it"),
    TWO_LEADERS_BOUNDED("two connected leaders do not serve for longer than 3 s (rule 21)"),
    ISOLATED_IS_FENCED("who is cut off from everything opens no route (rule 13)"),
    IN_SYNC_IS_APPLIED("who says that it is in sync has applied what the master wrote (rule 3)"),
    NO_CYCLE("the replication graph has no cycle (rule 18)"),
    NO_CHAIN("nobody follows a replica for long (rule 18)"),
    HANDOVER_LOSES_NOTHING("who takes over has all that was acknowledged before (rule 20)"),
    SET_ASIDE_FIRST("where salvage is on, the only copy of a key is set aside first (rule 23)"),
    ACKNOWLEDGED_SURVIVES("what K replicas acknowledged is served while a holder lives (rule 19)"),
    ONE_HIVE_IN_TIME("once faults stop, one leader and everyone in sync, within 60 s"),
    ROLES_QUIET("without faults, no further election"),
    BEST_DATA_SERVED("the best surviving data is served"),
    WRITES_SERVED("writes are acknowledged again"),
    ALL_THE_SAME("every replica holds what its master holds"),
    NO_EXCEPTION("the election throws nothing");

    private final String meaning;

    SimInvariant(String meaning) {
        this.meaning = meaning;
    }

    /** One line for a person. */
    String meaning() {
        return meaning;
    }
}
