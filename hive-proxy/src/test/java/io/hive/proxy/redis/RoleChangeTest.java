package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.lineage.ReplicationId;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Effect;
import io.hive.election.Outcome;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import io.hive.proxy.demo.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each operation in each role, on two real servers: {@code a} and {@code b}. */
class RoleChangeTest {
    private static final ReplicationUser USER = ReplicationUser.of(1, "sesame");
    private static final ReplicationUser NO_ACL = ReplicationUser.of(1, "");
    private static final ReplicationId ELSEWHERE = new ReplicationId("e".repeat(40));

    private final String address = Loopback.address(6379, 6380);
    private final RedisServer serverA = RedisServer.start(address, 6379);
    private final RedisServer serverB = RedisServer.start(address, 6380);
    private final Watched a = Watched.watch(serverA);
    private final Watched b = Watched.watch(serverB);

    @AfterEach
    void end() {
        a.close();
        b.close();
        serverA.close();
        serverB.close();
    }

    @Test
    void promotionLeavesABacklogAndAnIdThatStays() {
        RedisReport promoted = confirmed(a.promote(USER));
        assertThat(promoted.isMaster()).isTrue();
        assertThat(promoted.backlogActive()).isTrue();
        assertThat(promoted.replicationUser()).isEqualTo(USER.name());

        confirmed(b.follow(a.endpoint(), USER));
        RedisReport replica = awaitLinkUp(b);
        assertThat(replica.replicationId()).isEqualTo(promoted.replicationId());
        assertThat(a.awaitReport(report -> report.connectedReplicas() == 1).replicationId())
                .isEqualTo(promoted.replicationId());
    }

    /** It would be a fork of the whole dataset at the moment when clients wait. */
    @Test
    void theBacklogIsMadeWithoutAFork() {
        confirmed(a.promote(USER));
        try (RedisConnection redis = serverA.connect()) {
            assertThat(redis.info("stats")).containsEntry("total_forks", "0");
            Watched.until(
                    "the one who asked for the backlog to be gone",
                    () -> redis.info("replication").get("connected_slaves").equals("0"));
            assertThat(redis.list("CONFIG", "GET", "repl-diskless-sync-delay")).contains("0");
        }
    }

    @Test
    void aConfigurationWithoutDisklessSyncIsKept() {
        try (RedisConnection redis = serverA.connect()) {
            redis.command("CONFIG", "SET", "repl-diskless-sync", "no");
            assertThat(confirmed(a.promote(USER)).backlogActive()).isTrue();
            assertThat(redis.info("stats")).containsEntry("total_forks", "0");
            assertThat(redis.list("CONFIG", "GET", "repl-diskless-sync")).contains("no");
        }
    }

    @Test
    void promotionSetsWhatAMasterNeeds() {
        confirmed(a.promote(USER, a.awaitReport(report -> true).runId(), 2));
        try (RedisConnection redis = serverA.connect()) {
            assertThat(redis.list("CONFIG", "GET", "repl-backlog-ttl")).contains("0");
            assertThat(redis.list("CONFIG", "GET", "min-replicas-to-write")).contains("2");
            assertThat(redis.list("CONFIG", "GET", "replica-announce-ip")).contains(address);
            assertThat(redis.list("CONFIG", "GET", "replica-announce-port")).contains("6379");
            assertThat(redis.list("CONFIG", "GET", "repl-backlog-size"))
                    .contains(Long.toString(BacklogSizing.LEAST));
            assertThatThrownBy(() -> redis.command("SET", "k", "v"))
                    .isInstanceOf(RedisReplyException.class)
                    .hasMessageStartingWith("NOREPLICAS");
        }
    }

    @Test
    void promotionTwiceIsPromotionOnce() {
        RedisReport first = confirmed(a.promote(USER));
        write(serverA, "k", "v");
        RedisReport second = confirmed(a.promote(USER));
        assertThat(second.replicationId()).isEqualTo(first.replicationId());
        assertThat(second.previousId()).isEqualTo(first.previousId());
    }

    @Test
    void promotionLeavesOneUserOfOurs() {
        try (RedisConnection redis = serverA.connect()) {
            redis.command("ACL", "SETUSER", "hive-replication-0", "on", ">old");
            redis.command("ACL", "SETUSER", "somebody", "on", ">else");
            confirmed(a.promote(USER));
            assertThat(redis.list("ACL", "USERS"))
                    .containsExactlyInAnyOrder("default", "somebody", USER.name());
        }
    }

    /** What it holds now did not win the election (rule 4). */
    @Test
    void anotherProcessIsNotPromoted() {
        String before = a.awaitReport(report -> true).runId();
        serverA.restartEmpty();
        a.awaitReport(report -> !report.runId().equals(before));
        assertThat(a.promote(USER, before, 0))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.reason()).contains(before));
        try (RedisConnection redis = serverA.connect()) {
            assertThat(redis.info("replication")).containsEntry("role", "slave");
            assertThat(redis.list("ACL", "USERS")).containsExactly("default");
        }
    }

    @Test
    void aDetachedMasterTakesNoWritesAndFeedsNobody() {
        leadAndFollow();
        write(serverA, "k", "v");
        RedisReport leading = a.awaitReport(report -> report.keys() == 1);
        RedisReport detached = confirmed(a.detach(null));
        assertThat(detached.follows(RedisEndpoint.DEAD)).isTrue();
        assertThat(detached.replicationId()).isEqualTo(leading.replicationId());
        assertThat(detached.appliedOffset()).isGreaterThanOrEqualTo(leading.appliedOffset());
        assertThat(detached.keys()).isEqualTo(1);
        assertThat(detached.replicationUser()).isNull();
        assertThatThrownBy(() -> write(serverA, "k", "w")).hasMessageStartingWith("READONLY");
        b.awaitReport(report -> report.link() != null && !report.link().up());
    }

    @Test
    void detachingEndsWhatWasRequiredOfAMaster() {
        confirmed(a.promote(USER, a.awaitReport(report -> true).runId(), 2));
        confirmed(a.detach(null));
        try (RedisConnection redis = serverA.connect()) {
            assertThat(redis.list("CONFIG", "GET", "min-replicas-to-write")).contains("0");
        }
    }

    @Test
    void detachingAReplicaKeepsItsPositionAndIsRepeatable() {
        leadAndFollow();
        write(serverA, "k", "v");
        RedisReport replica = b.awaitReport(report -> report.keys() == 1);
        RedisReport detached = confirmed(b.detach(null));
        assertThat(detached.follows(RedisEndpoint.DEAD)).isTrue();
        assertThat(detached.replicationId()).isEqualTo(replica.replicationId());
        assertThat(detached.appliedOffset()).isGreaterThanOrEqualTo(replica.appliedOffset());
        assertThat(confirmed(b.detach(null)).position()).isEqualTo(detached.position());
    }

    /** Nothing has to be copied: a detached replica goes on where it was. */
    @Test
    void followingAgainIsPartial() {
        leadAndFollow();
        confirmed(b.detach(null));
        write(serverA, "k", "v");
        confirmed(b.follow(a.endpoint(), USER));
        b.awaitReport(report -> report.keys() == 1);
        try (RedisConnection redis = serverA.connect()) {
            assertThat(redis.info("stats")).containsEntry("sync_partial_ok", "1");
        }
    }

    /** The demoted master follows the promoted replica without a full synchronisation. */
    @Test
    void rolesChangeWithoutCopying() {
        leadAndFollow();
        write(serverA, "k", "v");
        b.awaitReport(report -> report.keys() == 1);
        RedisReport old = confirmed(a.detach(null));
        b.awaitReport(report -> report.appliedOffset() == old.appliedOffset());
        confirmed(b.detach(null));
        ReplicationUser next = ReplicationUser.of(2, "open");
        RedisReport promoted = confirmed(b.promote(next));
        assertThat(promoted.previousId()).isEqualTo(old.replicationId());
        assertThat(promoted.secondOffset()).isEqualTo(old.appliedOffset() + 1);
        confirmed(a.follow(b.endpoint(), next));
        awaitLinkUp(a);
        write(serverB, "k2", "v");
        assertThat(a.awaitReport(report -> report.keys() == 2).replicationId())
                .isEqualTo(promoted.replicationId());
        try (RedisConnection redis = serverB.connect()) {
            assertThat(redis.info("stats")).containsEntry("sync_full", "0");
        }
    }

    /** With the user in place Redis is let in at its first attempt; it makes one a second. */
    @Test
    void followingTakesOneAttempt() {
        leadAndFollow();
        assertThat(serverB.log()).doesNotContain("WRONGPASS").doesNotContain("NOAUTH");
        assertThat(attemptsOf(serverB)).isEqualTo(1);
    }

    @Test
    void followingTwiceInterruptsNothing() {
        leadAndFollow();
        confirmed(b.follow(a.endpoint(), USER));
        awaitLinkUp(b);
        assertThat(attemptsOf(serverB)).isEqualTo(1);
    }

    @Test
    void aNewPasswordLeavesTheRunningLinkAlone() {
        leadAndFollow();
        confirmed(b.follow(a.endpoint(), ReplicationUser.of(1, "changed")));
        try (RedisConnection redis = serverB.connect()) {
            assertThat(redis.list("CONFIG", "GET", "masterauth")).contains("changed");
        }
        awaitLinkUp(b);
        assertThat(attemptsOf(serverB)).isEqualTo(1);
    }

    /** Redis waits a second between attempts; told again, it tries at once. */
    @Test
    void followingAgainWakesALinkThatWaits() {
        confirmed(a.promote(USER));
        ReplicationUser later = ReplicationUser.of(1, "later");
        confirmed(b.follow(a.endpoint(), later));
        try (RedisConnection redis = serverB.connect()) {
            // It has been refused, and waits.
            Watched.until("a refusal", () -> serverB.log().contains("WRONGPASS"));
            Watched.until(
                    "the pause between attempts",
                    () -> "connect".equals(redis.list("ROLE").get(3)));
            confirmed(a.promote(later));
            confirmed(b.follow(a.endpoint(), later));
        }
        awaitLinkUp(b);
        assertThat(serverB.log()).contains("REPLICAOF 127.0.0.1:1 enabled");
    }

    /** Whoever follows has nobody behind it (rule 18). */
    @Test
    void aMasterThatIsMadeToFollowLeavesNoUserBehind() {
        confirmed(b.promote(ReplicationUser.of(7, "old")));
        confirmed(a.promote(USER));
        confirmed(b.follow(a.endpoint(), USER));
        try (RedisConnection redis = serverB.connect()) {
            assertThat(redis.list("ACL", "USERS")).containsExactly("default");
        }
    }

    @Test
    void nobodyFollowsItself() {
        assertThat(a.follow(a.endpoint(), USER)).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void aMasterWithoutASidecarIsTakenOffDuty() {
        leadAndFollow();
        write(serverA, "k", "v");
        RedisReport leading = a.awaitReport(report -> report.keys() == 1);
        Outcome outcome = b.takeOffDuty(a);
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.OffDuty.class,
                        off -> {
                            assertThat(off.position().id()).isEqualTo(leading.replicationId());
                            assertThat(off.position().offset())
                                    .isGreaterThanOrEqualTo(leading.appliedOffset());
                        });
        assertThatThrownBy(() -> write(serverA, "k", "w")).hasMessageStartingWith("READONLY");
        assertThat(b.takeOffDuty(a)).as("again").isEqualTo(outcome);
        // Whoever streams from it gets the rest.
        Position end = ((Outcome.OffDuty) outcome).position();
        assertThat(confirmed(b.detach(end)).position()).isEqualTo(end);
    }

    @Test
    void whatIsGoneIsNotTakenOffDuty() {
        serverA.kill();
        assertThat(b.takeOffDuty(a))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.reason()).contains("refused"));
    }

    /** Somebody else's Redis on the address of a pod that is gone. */
    @Test
    void whatIsOfAnotherLineageIsLeftAlone() {
        confirmed(a.promote(USER));
        assertThat(b.takeOffDuty(a.endpoint(), new ReplicationId("e".repeat(40))))
                .isInstanceOfSatisfying(
                        Outcome.LeftAlone.class,
                        alone -> assertThat(alone.reason()).contains("left alone"));
        assertThat(write(serverA, "k", "v")).isEqualTo("OK");
    }

    @Test
    void whatDoesNotAnswerIsNotTakenOffDuty() {
        confirmed(a.promote(USER));
        serverA.freeze();
        assertThat(
                        b.run(
                                new Effect.TakeOffDuty(
                                        b.next(),
                                        Duration.ofMillis(300).toNanos(),
                                        a.endpoint(),
                                        a.lineage())))
                .isInstanceOf(Outcome.Failed.class);
        serverA.thaw();
    }

    @Test
    void onesOwnRedisIsNeverTakenOffDuty() {
        confirmed(a.promote(USER));
        assertThat(a.takeOffDuty(a)).isInstanceOf(Outcome.Failed.class);
        // Nor where the announced address is another than the one it is found at.
        RedisEndpoint elsewhere = RedisEndpoint.parse("192.0.2.1:6379", 6379);
        try (Watched behindNat =
                new Watched(
                        serverA,
                        settings ->
                                new LocalRedisSettings(
                                        settings.host(),
                                        settings.port(),
                                        null,
                                        "",
                                        () -> "",
                                        elsewhere,
                                        settings.silenceLimit(),
                                        settings.pollInterval()))) {
            behindNat.awaitReport(RedisReport::isMaster);
            assertThat(behindNat.takeOffDuty(a)).isInstanceOf(Outcome.LeftAlone.class);
        }
        assertThat(write(serverA, "k", "v")).isEqualTo("OK");
    }

    /** Somebody else was there first, and the one it follows needs it. */
    @Test
    void aReplicaOfAnotherIsNotTakenOffDuty() {
        leadAndFollow();
        assertThat(a.takeOffDuty(b)).isInstanceOf(Outcome.LeftAlone.class);
        awaitLinkUp(b);
        assertThat(attemptsOf(serverB)).isEqualTo(1);
    }

    @Test
    void whatAFresherNodeHoldsIsFetched() {
        confirmed(a.promote(USER));
        write(serverA, "k", "v");
        Position target = a.awaitReport(report -> report.keys() == 1).position();
        RedisReport fetched = confirmed(b.fetch(a.endpoint(), USER, target, Watched.BOUND));
        assertThat(fetched.follows(RedisEndpoint.DEAD)).isTrue();
        assertThat(fetched.keys()).isEqualTo(1);
        assertThat(fetched.position()).isEqualTo(target);
    }

    @Test
    void whoeverFetchesInVainFollowsNobody() {
        confirmed(a.promote(USER));
        Position target = new Position(a.awaitReport(report -> true).replicationId(), 1_000_000);
        assertThat(b.fetch(a.endpoint(), USER, target, Duration.ofMillis(700)))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.reason()).contains("1000000"));
        b.awaitReport(report -> report.follows(RedisEndpoint.DEAD));
    }

    @Test
    void theTailIsWaitedFor() {
        leadAndFollow();
        RedisReport now = awaitLinkUp(b);
        Position tail = new Position(now.replicationId(), now.appliedOffset() + 2_000);
        long operation = b.next();
        b.execute(new Effect.Detach(operation, Duration.ofMinutes(10).toNanos(), tail));
        write(serverA, "k", "v".repeat(3_000));
        assertThat(confirmed(b.outcome(operation)).appliedOffset())
                .isGreaterThanOrEqualTo(tail.offset());
    }

    @Test
    void aTailThatDoesNotComeIsWaitedForHalfOfTheBound() {
        leadAndFollow();
        RedisReport now = awaitLinkUp(b);
        Position tail = new Position(now.replicationId(), now.appliedOffset() + 1_000_000);
        assertThat(
                        confirmed(
                                        b.run(
                                                new Effect.Detach(
                                                        b.next(),
                                                        Duration.ofSeconds(1).toNanos(),
                                                        tail)))
                                .follows(RedisEndpoint.DEAD))
                .isTrue();
    }

    /** Each of these would last ten minutes if it was waited for. */
    @Test
    void aTailThatCannotComeIsNotWaitedFor() {
        leadAndFollow();
        RedisReport now = awaitLinkUp(b);
        long bound = Duration.ofMinutes(20).toNanos();
        confirmed(
                b.run(new Effect.Detach(b.next(), bound, new Position(ELSEWHERE, Long.MAX_VALUE))));
        confirmed(
                b.run(
                        new Effect.Detach(
                                b.next(),
                                bound,
                                new Position(now.replicationId(), Long.MAX_VALUE))));
    }

    /** With neither guard the replica is wiped: what the two tests below would see. */
    @Test
    void anEmptyMasterWithoutGuardsWipesItsReplica() {
        followUnguarded();
        serverA.restartEmpty("--replicaof", "no one");
        b.awaitReport(report -> report.keys() == 0 && report.link() != null && report.link().up());
    }

    @Test
    void theSafeBootAloneSavesTheReplica() {
        followUnguarded();
        serverA.restartEmpty();
        Watched.until("a refusal", () -> serverB.log().contains("NOMASTERLINK"));
        assertThat(b.awaitReport(report -> true).keys()).isEqualTo(1);
    }

    @Test
    void theReplicationUserAloneSavesTheReplica() {
        leadAndFollow();
        write(serverA, "k", "v");
        b.awaitReport(report -> report.keys() == 1);
        serverA.restartEmpty("--replicaof", "no one");
        Watched.until("a refusal", () -> serverB.log().contains("WRONGPASS"));
        assertThat(b.awaitReport(report -> true).keys()).isEqualTo(1);
    }

    @Test
    void withoutAclAndConfigTheRolesAreChangedAllTheSame() {
        serverA.restartEmpty("--rename-command", "ACL", "", "--rename-command", "CONFIG", "");
        try (Watched bare = Watched.watch(serverA)) {
            RedisReport promoted = confirmed(bare.promote(USER));
            assertThat(promoted.isMaster()).isTrue();
            assertThat(promoted.replicationUser()).isNull();
            assertThat(promoted.backlogActive()).isTrue();
            confirmed(bare.detach(null));
            confirmed(bare.follow(b.endpoint(), USER));
            assertThat(bare.promote(USER, promoted.runId(), 1))
                    .as("a number of replicas was asked for and cannot be had")
                    .isInstanceOf(Outcome.Failed.class);
        }
    }

    /** Without a replication user the replicas log in as the sidecar does. */
    @Test
    void withoutAclReplicasUseTheSidecarsLogin() {
        serverA.restartEmpty("--requirepass", "gate", "--rename-command", "ACL", "");
        UnaryOperator<LocalRedisSettings> login = settings -> settings.withLogin("", () -> "gate");
        try (Watched guarded = new Watched(serverA, login);
                Watched other = new Watched(serverB, login);
                RedisConnection redis = serverB.connect()) {
            redis.command("CONFIG", "SET", "requirepass", "gate");
            other.awaitReport(report -> true);
            guarded.awaitReport(report -> true);
            confirmed(guarded.promote(NO_ACL));
            confirmed(other.follow(guarded.endpoint(), NO_ACL));
            awaitLinkUp(other);
        }
    }

    /** A master on {@code a} with the replication user, {@code b} in sync with it. */
    private void leadAndFollow() {
        confirmed(a.promote(USER));
        confirmed(b.follow(a.endpoint(), USER));
        awaitLinkUp(b);
    }

    /** The same without a replication user, and with one key. */
    private void followUnguarded() {
        confirmed(a.promote(NO_ACL));
        write(serverA, "k", "v");
        confirmed(b.follow(a.endpoint(), NO_ACL));
        b.awaitReport(report -> report.keys() == 1 && report.link() != null && report.link().up());
    }

    private static RedisReport awaitLinkUp(Watched replica) {
        return replica.awaitReport(report -> report.link() != null && report.link().up());
    }

    /** How often it has asked a master other than the dead address for a synchronisation. */
    private static long attemptsOf(RedisServer replica) {
        return List.of(replica.log().split("\n")).stream()
                .filter(line -> line.contains("Non blocking connect for SYNC fired the event"))
                .count();
    }

    private static String write(RedisServer server, String key, String value) {
        try (RedisConnection connection = server.connect()) {
            return connection.text("SET", key, value);
        }
    }

    private static RedisReport confirmed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Confirmed.class);
        return ((Outcome.Confirmed) outcome).report();
    }
}
