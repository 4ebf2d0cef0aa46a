package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Effect;
import io.hive.election.Outcome;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import io.hive.proxy.demo.RedisServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The steps of a planned change of master, on Redis itself (rule 20). */
class HandingOverTest {
    private static final ReplicationUser FIRST = ReplicationUser.of(1, "open");
    private static final ReplicationUser SECOND = ReplicationUser.of(2, "sesame");
    private static final long BOUND = Duration.ofSeconds(2).toNanos();
    private static final long LEASE = Duration.ofSeconds(30).toNanos();

    private final String address = Loopback.address(6379, 6380);
    private final RedisServer serverA = RedisServer.start(address, 6379);
    private final RedisServer serverB = RedisServer.start(address, 6380);
    private final Watched a = Watched.watch(serverA);
    private final Watched b = Watched.watch(serverB);

    @BeforeEach
    void replicate() {
        confirmed(a.promote(FIRST));
        confirmed(b.follow(a.endpoint(), FIRST));
        b.awaitReport(report -> report.link() != null && report.link().up());
        try (RedisConnection redis = serverA.connect()) {
            redis.command("SET", "before", "1");
        }
    }

    @AfterEach
    void end() {
        a.close();
        b.close();
        serverA.close();
        serverB.close();
    }

    @Test
    void aWriteThatWasPausedIsRefusedAndTheOldMasterFollowsPartially() {
        try (RedisConnection client = serverA.connect()) {
            RedisReport ready = confirmed(prepare());
            assertThat(ready.replicationUser()).isEqualTo(SECOND.name());
            assertThat(ready.isMaster()).isFalse();

            Position end = confirmed(pause(LEASE)).position();
            client.send("SET", "during", "2");
            RedisReport caughtUp =
                    confirmed(b.run(new Effect.CatchUp(b.next(), BOUND, runId(b), end)));
            assertThat(caughtUp.position()).isEqualTo(end);

            RedisReport off = confirmed(a.run(new Effect.StepDown(a.next(), BOUND)));
            assertThat(off.follows(RedisEndpoint.DEAD)).isTrue();
            assertThat(off.position()).isEqualTo(end);
            assertThatThrownBy(client::receive)
                    .isInstanceOf(RedisReplyException.class)
                    .hasMessageStartingWith("READONLY");

            RedisReport leads = confirmed(takeOver(off.position()));
            assertThat(leads.isMaster()).isTrue();
            assertThat(leads.previousId()).isEqualTo(end.id());
            assertThat(leads.replicationUser()).isEqualTo(SECOND.name());
        }
        confirmed(a.follow(b.endpoint(), SECOND));
        a.awaitReport(report -> report.link() != null && report.link().up());
        try (RedisConnection redis = serverB.connect()) {
            assertThat(redis.command("GET", "before")).isEqualTo("1");
            assertThat(redis.command("GET", "during")).isNull();
            assertThat(redis.info("stats")).containsEntry("sync_full", "0");
        }
        try (RedisConnection redis = serverA.connect()) {
            assertThat(redis.list("ACL", "USERS")).containsExactly("default");
        }
    }

    @Test
    void aMasterRequiresReplicasWhenItIsTold() {
        confirmed(a.run(new Effect.Require(a.next(), BOUND, runId(a), 2)));
        try (RedisConnection redis = serverA.connect()) {
            assertThat(redis.list("CONFIG", "GET", "min-replicas-to-write")).contains("2");
        }
        assertThat(b.run(new Effect.Require(b.next(), BOUND, runId(b), 2)))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void whoLacksSomethingIsNotPromoted() {
        confirmed(prepare());
        Position end = confirmed(pause(LEASE)).position();
        confirmed(a.run(new Effect.StepDown(a.next(), BOUND)));

        Outcome outcome = takeOver(new Position(end.id(), end.offset() + 1));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(b.awaitReport(report -> true).isMaster()).isFalse();
    }

    @Test
    void aPauseThatIsEndedLetsWritesRun() {
        try (RedisConnection client = serverA.connect();
                RedisConnection reader = serverA.connect()) {
            confirmed(pause(LEASE));
            client.send("SET", "during", "2");
            assertThat(reader.command("GET", "during")).isNull();

            confirmed(a.run(new Effect.Unpause(a.next(), BOUND)));

            assertThat(client.receive()).isEqualTo("OK");
        }
    }

    @Test
    void aPauseEndsByItself() {
        try (RedisConnection client = serverA.connect()) {
            confirmed(pause(Duration.ofMillis(100).toNanos()));
            assertThat(client.command("SET", "during", "2")).isEqualTo("OK");
        }
    }

    @Test
    void aPauseDoesNotOutliveTheRole() {
        confirmed(prepare());
        confirmed(pause(LEASE));
        confirmed(a.detach(null));
        confirmed(a.promote(FIRST));
        try (RedisConnection client = serverA.connect()) {
            assertThat(client.command("SET", "after", "3")).isEqualTo("OK");
        }
    }

    @Test
    void aReplicaIsNotPausedAndAMasterDoesNotMakeReady() {
        Outcome paused = b.run(new Effect.Pause(b.next(), BOUND, runId(b), LEASE));
        assertThat(paused).isInstanceOf(Outcome.Failed.class);
        confirmed(b.run(new Effect.Unpause(b.next(), BOUND)));
        Position none = new Position(a.lineage(), 0);
        Outcome ready = a.run(new Effect.Prepare(a.next(), BOUND, runId(a), SECOND, 0, none));
        assertThat(ready).isInstanceOf(Outcome.Failed.class);
    }

    private Outcome prepare() {
        Position now = a.awaitReport(report -> true).position();
        return b.run(new Effect.Prepare(b.next(), BOUND, runId(b), SECOND, 0, now));
    }

    private Outcome pause(long lease) {
        return a.run(new Effect.Pause(a.next(), BOUND, runId(a), lease));
    }

    private Outcome takeOver(Position atLeast) {
        return b.run(
                new Effect.TakeOver(
                        b.next(), BOUND, b.leadership(2), runId(b), SECOND, 0, atLeast));
    }

    private static String runId(Watched watched) {
        return watched.awaitReport(report -> true).runId();
    }

    private static RedisReport confirmed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Confirmed.class);
        return ((Outcome.Confirmed) outcome).report();
    }
}
