package io.hive.election.sim;

import io.hive.election.sim.SimMutant.Change;
import java.util.List;

/** Every rule of the design that the simulator can see, broken once or more. */
final class SimMutants {
    private SimMutants() {}

    /** A rule that no run of the simulator can show, and where it is shown instead. */
    record Unseen(int rule, String why) {}

    static List<Unseen> unseen() {
        return List.of(
                new Unseen(
                        2,
                        "a promoted replica always has a backlog, and a first leader's data is"
                                + " nobody's ancestor: only a real Redis loses its place; see"
                                + " Rule02BacklogTest and RoleChangeTest"),
                new Unseen(
                        16,
                        "the guard stands on redis-server's command line; the simulator runs with"
                                + " and without it; see Rule16GuardTest, DoctorCommandTest and the"
                                + " relay's refusals"));
    }

    static SimMutant named(String name) {
        return all().stream()
                .filter(mutant -> mutant.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no mutant is named " + name));
    }

    private static SimMutant mutant(String name, int rule, String what, Change... changes) {
        return new SimMutant(name, rule, what, List.of(changes), hint(name));
    }

    private static Change in(String source, String snippet, String replacement) {
        return new Change(source, snippet, replacement);
    }

    /** Seeds that have found a mutant, so that the next run need not search. */
    private static long hint(String name) {
        return switch (name) {
            default -> -1;
        };
    }

    static List<SimMutant> all() {
        return List.of(
                mutant(
                        "offset-threshold",
                        1,
                        "data at a low offset counts as of unknown lineage",
                        in(
                                "Dataset.java",
                                "return new Holding.Lineage(seen.position());",
                                "if (seen.position().offset() <= 30_000) { return seen.keys() > 0 ?"
                                        + " new Holding.Unknown() : new Holding.Empty(); } return"
                                        + " new Holding.Lineage(seen.position());")),
                mutant(
                        "link-up-is-in-sync",
                        3,
                        "a link that is up counts as in sync, whatever was applied",
                        in("Dataset.java", "&& link.appliedOffset() >= proof.offset()) {", ") {")),
                mutant(
                        "another-process-leads",
                        4,
                        "a leadership goes on with another process of Redis",
                        in(
                                "Reign.java",
                                "if (context.dataset.eligibility() == Eligibility.REDIS_LOST) {",
                                "if (false) {"),
                        in(
                                "Reign.java",
                                "if (!report.runId().equals(notice.runId())) {",
                                "if (false) {")),
                mutant(
                        "late-member-overwritten",
                        5,
                        "data that the leader's history lacks is overwritten unweighed",
                        in("Follower.java", ": weighed(notice, true);", ": Verdict.FOLLOW;")),
                mutant(
                        "answers-twice",
                        6,
                        "a member answers every candidate of an epoch",
                        in(
                                "Voter.java",
                                "if (epoch == highest && !again && !yields) {",
                                "if (false) {")),
                mutant(
                        "answers-unfrozen",
                        7,
                        "a member answers with live numbers and does not leave the old master",
                        in(
                                "Voter.java",
                                "if (context.dataset.eligibility() == Eligibility.REDIS_LOST) {",
                                "context.frozenEpoch = epoch; context.frozenRunId ="
                                        + " context.dataset.runId(); if (true) {")),
                mutant(
                        "old-master-left-alone",
                        8,
                        "an old master without its sidecar is not taken off duty",
                        in(
                                "Candidacy.java",
                                "if (abandoned != null && lineage != null) {",
                                "if (false) {")),
                mutant(
                        "offset-ignored",
                        9,
                        "of one lineage, not the highest offset wins",
                        in("Ranking.java", ".thenComparingLong(s -> -comparableAmount(s));", ";")),
                mutant(
                        "drained-data-dropped",
                        10,
                        "a node that leaves does not feed the winner",
                        in("Ranking.java", "if (fed) {", "if (false) {")),
                mutant(
                        "heard-leader-deposed",
                        11,
                        "who does not hear the leader elects, though a peer hears it",
                        in("Candidacy.java", "if (voucher != null) {", "if (false) {"),
                        in("Voter.java", "return heard ? leader : null;", "return null;")),
                mutant(
                        "empty-leads",
                        12,
                        "an empty Redis leads while others may hold data",
                        in("Candidacy.java", "if (choice.empty()) {", "if (false) {"),
                        in("Candidacy.java", "if (context.settled) {", "if (true) {")),
                mutant(
                        "no-fence",
                        13,
                        "who is cut off from everything serves on",
                        in(
                                "Isolation.java",
                                "return unnamed && context.now - heardNanos >= limit;",
                                "return false;")),
                mutant(
                        "acts-after-standstill",
                        14,
                        "who stood still goes on as if nothing had been",
                        in(
                                "Election.java",
                                "if (late <= context.settings.peerTimeoutNanos()) {",
                                "if (true) {")),
                mutant(
                        "endless-lease",
                        14,
                        "a route's lease lasts for an hour",
                        in(
                                "Context.java",
                                "return now + settings.peerTimeoutNanos();",
                                "return now + 3_600_000_000_000L;")),
                mutant(
                        "epoch-forgotten",
                        15,
                        "the epoch in the replication user's name is not read",
                        in(
                                "Election.java",
                                "ReplicationUser.epochOf(user).ifPresent(context::saw);",
                                "")),
                mutant(
                        "user-not-made-again",
                        17,
                        "a replication user that vanished stays away",
                        in(
                                "Reign.java",
                                "if (!user.password().isEmpty()",
                                "if (false && !user.password().isEmpty()")),
                mutant(
                        "former-master-followed",
                        18,
                        "a replica is told to follow the leader before this one",
                        in(
                                "Follower.java",
                                "notice.leadership(),\n                        notice.master(),",
                                "notice.leadership(), context.lastLeader == null ? notice.master()"
                                        + " : context.lastLeader.master(),")),
                mutant(
                        "promise-ignored",
                        19,
                        "an election does not wait for N - K of those who were served",
                        in("Candidacy.java", "if (acknowledge == 0) {", "if (true) {")),
                mutant(
                        "acknowledged-not-counted",
                        19,
                        "in a merge, what K replicas acknowledged does not count first",
                        in(
                                "Ranking.java",
                                "int order = Long.compare(second.acknowledged(),"
                                        + " first.acknowledged());",
                                "int order = 0;")),
                mutant(
                        "shared-writes-counted",
                        22,
                        "in a merge, what was written before the fork counts, too",
                        in(
                                "Ranking.java",
                                "long fork = of.leftAt(by, lineages);",
                                "long fork = 0;")),
                mutant(
                        "leaders-ignore-each-other",
                        21,
                        "two leaders that meet both go on",
                        in("Follower.java", "if (peer.leads(theirs)) {", "if (false) {")),
                mutant(
                        "greater-loss-chosen",
                        22,
                        "of two histories the one with less goes on",
                        in(
                                "Ranking.java",
                                "Tip winner = order <= 0 ? one : two;",
                                "Tip winner = order <= 0 ? two : one;"),
                        in(
                                "Ranking.java",
                                "Tip loser = order <= 0 ? two : one;",
                                "Tip loser = order <= 0 ? one : two;")),
                mutant(
                        "empty-side-wins",
                        22,
                        "offsets weigh, keys do not: an empty side may win",
                        in("Ranking.java", "return standing.keys() > 0\n", "return true\n")),
                mutant(
                        "late-operations-run",
                        6,
                        "an operation of an older epoch is carried out when its turn comes late",
                        in(
                                "sim/SimOperations.java",
                                "if (next.number() != newest) {",
                                "if (false) {")));
    }
}
