package io.hive.proxy.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.redis.Observation;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Effect;
import io.hive.election.Outcome;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One at a time, the newest only, one outcome each, whatever becomes of Redis meanwhile. */
class OperationRunnerTest {
    private static final ReplicationUser USER = ReplicationUser.of(1, "sesame");
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final String address = Loopback.address(6379, 6380);
    private final RedisServer leader = RedisServer.start(address, 6379);
    private final RedisServer server = RedisServer.start(address, 6380);
    private final Watched watched = Watched.watch(server);

    @AfterEach
    void end() {
        watched.close();
        server.close();
        leader.close();
    }

    @Test
    void aNewerOperationEndsOneThatWaits() {
        long waiting = waitForATailThatDoesNotCome();
        Outcome promoted = watched.promote(USER);
        assertThat(reason(waiting)).contains("superseded");
        assertThat(promoted).isInstanceOf(Outcome.Confirmed.class);
    }

    @Test
    void oneThatIsNotTheNewestWhenItsTurnComesDoesNothing() {
        long waiting = waitForATailThatDoesNotCome();
        String runId = watched.awaitReport(report -> true).runId();
        long overtaken = watched.next();
        long newest = watched.next();
        // The numbers decide, not the order in which they come.
        watched.execute(new Effect.Detach(newest, HOUR, null));
        watched.execute(promote(overtaken, runId));
        assertThat(reason(overtaken)).contains("superseded");
        assertThat(watched.outcome(newest)).isInstanceOf(Outcome.Confirmed.class);
        assertThat(reason(waiting)).contains("superseded");
        try (RedisConnection redis = server.connect()) {
            assertThat(redis.info("replication")).containsEntry("role", "slave");
            assertThat(redis.list("ACL", "USERS")).containsExactly("default");
        }
    }

    @Test
    void manyAtOnceEachEndOnce() {
        String runId = watched.awaitReport(report -> true).runId();
        List<Long> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            long number = watched.next();
            all.add(number);
            watched.execute(
                    i % 2 == 0 ? promote(number, runId) : new Effect.Detach(number, HOUR, null));
        }
        assertThat(watched.outcome(all.getLast())).isInstanceOf(Outcome.Confirmed.class);
        for (long number : all) {
            watched.outcome(number);
            assertThat(watched.outcomes(number)).isEqualTo(1);
        }
        watched.awaitReport(report -> report.follows(RedisEndpoint.DEAD));
    }

    @Test
    void aRedisThatDiesEndsTheOperation() {
        long waiting = waitForATailThatDoesNotCome();
        server.kill();
        assertThat(reason(waiting)).contains("lost");
        assertThat(watched.promote(USER, "whichever", 0))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.reason()).contains("lost"));
    }

    @Test
    void aRedisThatDoesNotAnswerEndsTheOperationAtItsBound() {
        server.freeze();
        long number = watched.next();
        Outcome outcome =
                watched.run(new Effect.Detach(number, Duration.ofMillis(400).toNanos(), null));
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        server.thaw();
        watched.awaitReport(report -> true);
        assertThat(watched.outcomes(number)).isEqualTo(1);
    }

    /** Neither has an answer: the newer one must not wait for the bound of the older one. */
    @Test
    void aNewerOperationDoesNotWaitForOneThatGetsNoAnswer() {
        server.freeze();
        long older = watched.next();
        watched.execute(new Effect.Detach(older, HOUR, null));
        long newer = watched.next();
        watched.execute(new Effect.Detach(newer, Duration.ofSeconds(2).toNanos(), null));
        assertThat(reason(older)).contains("superseded");
        assertThat(watched.outcome(newer)).isInstanceOf(Outcome.Failed.class);
        server.thaw();
    }

    /** Redis refuses REPLICAOF while it loads. */
    @Test
    void loadingIsWaitedFor() {
        fill();
        String before = watched.awaitReport(report -> true).runId();
        server.restart(
                "--replicaof",
                "no one",
                "--key-load-delay",
                "500",
                "--loading-process-events-interval-bytes",
                "1024");
        watched.awaitReport(report -> !report.runId().equals(before) && report.loading());
        assertThat(watched.run(new Effect.Detach(watched.next(), 1_000_000, null)))
                .as("within a millisecond")
                .isInstanceOf(Outcome.Failed.class);
        Outcome detached = watched.detach(null);
        assertThat(detached)
                .isInstanceOfSatisfying(
                        Outcome.Confirmed.class,
                        confirmed -> {
                            assertThat(confirmed.report().loading()).isFalse();
                            assertThat(confirmed.report().keys()).isEqualTo(2000);
                            assertThat(confirmed.report().follows(RedisEndpoint.DEAD)).isTrue();
                        });
    }

    /** Whatever is observed after the outcome was taken after the change. */
    @Test
    void noObservationFromBeforeTheChangeComesAfterItsOutcome() {
        for (int i = 0; i < 50; i++) {
            assertThat(watched.promote(USER)).isInstanceOf(Outcome.Confirmed.class);
            int promoted = watched.seen();
            RedisReport seen =
                    watched.awaitObservation(promoted, Observation.Reported.class).report();
            assertThat(seen.isMaster()).as("round %d", i).isTrue();
            assertThat(watched.detach(null)).isInstanceOf(Outcome.Confirmed.class);
            int detached = watched.seen();
            seen = watched.awaitObservation(detached, Observation.Reported.class).report();
            assertThat(seen.isMaster()).as("round %d", i).isFalse();
        }
    }

    @Test
    void stoppingEndsWhatWaits() {
        long waiting = waitForATailThatDoesNotCome();
        watched.close();
        assertThat(reason(waiting)).contains("stopping");
        assertThat(watched.run(new Effect.Detach(watched.next(), HOUR, null)))
                .isInstanceOf(Outcome.Failed.class);
    }

    /** An operation that would last for half an hour. */
    private long waitForATailThatDoesNotCome() {
        try (Watched other = Watched.watch(leader)) {
            assertThat(other.promote(USER)).isInstanceOf(Outcome.Confirmed.class);
        }
        assertThat(watched.follow(Watched.endpoint(leader), USER))
                .isInstanceOf(Outcome.Confirmed.class);
        RedisReport inSync =
                watched.awaitReport(report -> report.link() != null && report.link().up());
        long number = watched.next();
        watched.execute(
                new Effect.Detach(
                        number, HOUR, new Position(inSync.replicationId(), Long.MAX_VALUE)));
        return number;
    }

    private Effect.Promote promote(long number, String runId) {
        return new Effect.Promote(number, HOUR, watched.leadership(1), runId, USER, 0);
    }

    private void fill() {
        try (RedisConnection redis = server.connect()) {
            redis.command("REPLICAOF", "NO", "ONE");
            redis.command(
                    "EVAL",
                    "for i=1,2000 do redis.call('set','k'..i,string.rep('x',100)..i) end",
                    "0");
            redis.command("SAVE");
        }
    }

    private String reason(long operation) {
        Outcome outcome = watched.outcome(operation);
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return ((Outcome.Failed) outcome).reason();
    }
}
