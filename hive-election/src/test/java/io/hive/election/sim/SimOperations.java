package io.hive.election.sim;

import io.hive.core.leader.ReplicationUser;
import io.hive.core.lineage.Position;
import io.hive.core.redis.RedisEndpoint;
import io.hive.core.redis.RedisReport;
import io.hive.election.Effect.Authorise;
import io.hive.election.Effect.CatchUp;
import io.hive.election.Effect.Detach;
import io.hive.election.Effect.Fetch;
import io.hive.election.Effect.Follow;
import io.hive.election.Effect.Operation;
import io.hive.election.Effect.Pause;
import io.hive.election.Effect.Prepare;
import io.hive.election.Effect.Promote;
import io.hive.election.Effect.Require;
import io.hive.election.Effect.Salvage;
import io.hive.election.Effect.StepDown;
import io.hive.election.Effect.TakeOffDuty;
import io.hive.election.Effect.TakeOver;
import io.hive.election.Effect.Unpause;
import io.hive.election.Input;
import io.hive.election.Outcome;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one sidecar's operations on Redises: one at a time, step by step as commands on a
 * connection, each of which may come late or never be answered.
 */
final class SimOperations {
    private static final long SALVAGE = 20 * SimTime.MILLI;
    private static final long AGAIN = 10 * SimTime.MILLI;

    private final SimNode node;
    private final SimHive hive;
    private final ArrayDeque<Operation> waiting = new ArrayDeque<>();
    private @Nullable Operation running;
    private long startedNanos;
    private long process;
    private @Nullable SimConnection remote;
    private long newest = Long.MIN_VALUE;

    SimOperations(SimNode node, SimHive hive) {
        this.node = node;
        this.hive = hive;
    }

    void submit(Operation operation) {
        newest = Math.max(newest, operation.number());
        waiting.add(operation);
        // Never from within the step that emitted it: its end is another input.
        hive.scheduler().after(0, () -> node.whenAwake(this::startNext));
    }

    /** The local Redis's socket closed: nothing more is answered on it. */
    void redisClosed() {
        Operation lost = running;
        if (lost != null && !(lost instanceof TakeOffDuty)) {
            node.whenAwake(() -> fail(lost, "the connection to Redis closed"));
        }
    }

    private void startNext() {
        Operation next = running == null ? waiting.poll() : null;
        if (next == null) {
            return;
        }
        running = next;
        startedNanos = hive.scheduler().now();
        process = node.pod().redis.process();
        if (next.number() != newest) {
            fail(next, "a newer operation waits");
            return;
        }
        hive.scheduler()
                .after(
                        next.boundNanos(),
                        () -> node.whenAwake(() -> fail(next, "not done within its bound")));
        switch (next) {
            case Detach detach -> detach(detach);
            case Promote promote -> promote(promote);
            case Follow follow -> follow(follow);
            case TakeOffDuty take -> takeOffDuty(take);
            case Fetch fetch -> fetch(fetch);
            case Authorise authorise -> authorise(authorise);
            case Prepare prepare -> prepare(prepare);
            case CatchUp catchUp -> catchUp(catchUp);
            case Pause pause -> pause(pause);
            case Require require -> require(require);
            case Unpause unpause -> unpause(unpause);
            case StepDown stepDown -> stepDown(stepDown);
            case TakeOver takeOver -> takeOver(takeOver);
            case Salvage salvage -> salvage(salvage);
        }
    }

    private boolean isRunning(Operation operation) {
        return running != null && running.number() == operation.number();
    }

    private void end(Operation operation, Outcome outcome) {
        if (!isRunning(operation)) {
            return;
        }
        running = null;
        if (remote != null) {
            remote.close(node.pod().index, "done");
            remote = null;
        }
        hive.ended(node, operation, outcome);
        node.input(new Input.OperationEnded(operation.number(), outcome));
        startNext();
    }

    private void fail(Operation operation, String reason) {
        if (operation instanceof Fetch && isRunning(operation)) {
            // never a chain: whoever fetched in vain must not go on following (rule 18)
            SimRedis redis = node.pod().redis;
            redis.whenFree(process, () -> redis.replicaOf(RedisEndpoint.DEAD));
        }
        end(operation, new Outcome.Failed(reason));
    }

    /** One command to the local Redis, in the process that the operation began with. */
    private <T> void ask(Operation operation, Function<SimRedis, T> command, Consumer<T> then) {
        if (!isRunning(operation)) {
            return;
        }
        SimRedis redis = node.pod().redis;
        if (!redis.running() || redis.process() != process) {
            node.afterReply(() -> fail(operation, "connection refused"));
            return;
        }
        redis.whenFree(
                process,
                () -> {
                    T reply = command.apply(redis);
                    node.afterReply(() -> {
                        if (isRunning(operation)) {
                            then.accept(reply);
                        }
                    });
                });
    }

    /** Waits for something to happen; a newer operation ends that. */
    private void again(Operation operation, Runnable action) {
        hive.scheduler()
                .after(
                        AGAIN,
                        () ->
                                node.whenAwake(() -> {
                                    if (operation.number() != newest) {
                                        fail(operation, "a newer operation waits");
                                    } else if (isRunning(operation)) {
                                        action.run();
                                    }
                                }));
    }

    // ---- Detach -----------------------------------------------------------------------------

    private void detach(Detach detach) {
        Position tail = detach.tail();
        if (tail == null) {
            cutOff(detach);
            return;
        }
        ask(
                detach,
                SimRedis::report,
                report -> {
                    boolean streams =
                            report.link() != null
                                    && report.link().up()
                                    && report.replicationId().equals(tail.id());
                    boolean early = hive.scheduler().now() - startedNanos < detach.boundNanos() / 2;
                    if (streams && early && report.appliedOffset() < tail.offset()) {
                        again(detach, () -> detach(detach));
                    } else {
                        cutOff(detach);
                    }
                });
    }

    private void cutOff(Operation operation) {
        ask(
                operation,
                redis -> {
                    redis.unpause();
                    redis.deleteUsers();
                    return redis.replicaOf(RedisEndpoint.DEAD);
                },
                accepted -> {
                    if (accepted) {
                        confirm(operation, report -> report.follows(RedisEndpoint.DEAD));
                    } else {
                        again(operation, () -> cutOff(operation));
                    }
                });
    }

    private void confirm(Operation operation, Function<RedisReport, Boolean> done) {
        ask(
                operation,
                SimRedis::report,
                report -> {
                    if (done.apply(report)) {
                        end(operation, new Outcome.Confirmed(report));
                    } else {
                        again(operation, () -> confirm(operation, done));
                    }
                });
    }

    // ---- Promote ----------------------------------------------------------------------------

    private void promote(Promote promote) {
        ask(
                promote,
                redis -> {
                    if (!redis.runId().equals(promote.runId())) {
                        return false;
                    }
                    redis.setUser(promote.user());
                    return true;
                },
                same -> {
                    if (same) {
                        becomeMaster(promote);
                    } else {
                        fail(promote, "another process runs");
                    }
                });
    }

    private void becomeMaster(Promote promote) {
        ask(
                promote,
                SimRedis::replicaOfNoOne,
                accepted -> {
                    if (accepted) {
                        leaveBacklog(promote);
                    } else {
                        again(promote, () -> becomeMaster(promote));
                    }
                });
    }

    private void leaveBacklog(Promote promote) {
        ask(
                promote,
                redis -> {
                    redis.makeBacklog();
                    redis.minReplicas(promote.minReplicas());
                    return redis.report();
                },
                report -> {
                    if (report.isMaster()) {
                        end(promote, new Outcome.Confirmed(report));
                    } else {
                        fail(promote, "expected a master, it is a replica");
                    }
                });
    }

    private void authorise(Authorise authorise) {
        ask(
                authorise,
                redis -> {
                    if (redis.runId().equals(authorise.runId())) {
                        redis.setUser(authorise.user());
                    }
                    return redis.report();
                },
                report -> {
                    if (report.runId().equals(authorise.runId())) {
                        end(authorise, new Outcome.Confirmed(report));
                    } else {
                        fail(authorise, "another process runs");
                    }
                });
    }

    // ---- Follow, Fetch ----------------------------------------------------------------------

    private void follow(Follow follow) {
        attach(
                follow,
                follow.master(),
                follow.user(),
                () -> confirm(follow, report -> report.follows(follow.master())));
    }

    private void fetch(Fetch fetch) {
        attach(fetch, fetch.feeder(), fetch.user(), () -> caughtUp(fetch));
    }

    private void attach(
            Operation operation, RedisEndpoint master, ReplicationUser user, Runnable then) {
        ask(
                operation,
                redis -> {
                    if (master.equals(redis.master()) && user.equals(redis.link().login())) {
                        return true;
                    }
                    redis.deleteUsers();
                    redis.link().login(user);
                    return redis.replicaOf(master);
                },
                accepted -> {
                    if (accepted) {
                        then.run();
                    } else {
                        again(operation, () -> attach(operation, master, user, then));
                    }
                });
    }

    private void caughtUp(Fetch fetch) {
        ask(
                fetch,
                SimRedis::report,
                report -> {
                    if (report.link() != null
                            && report.link().up()
                            && report.appliedOffset() >= fetch.target().offset()) {
                        cutOff(fetch);
                    } else {
                        again(fetch, () -> caughtUp(fetch));
                    }
                });
    }

    // ---- Handing over -----------------------------------------------------------------------

    private void prepare(Prepare prepare) {
        ask(
                prepare,
                redis -> {
                    boolean same = redis.runId().equals(prepare.runId());
                    if (same) {
                        redis.setUser(prepare.user());
                    }
                    return same;
                },
                same -> {
                    if (same) {
                        awaitPosition(prepare, prepare.runId(), prepare.upTo());
                    } else {
                        fail(prepare, "another process runs");
                    }
                });
    }

    private void catchUp(CatchUp catchUp) {
        awaitPosition(catchUp, catchUp.runId(), catchUp.position());
    }

    private void awaitPosition(Operation operation, String runId, Position position) {
        ask(
                operation,
                SimRedis::report,
                report -> {
                    if (!report.runId().equals(runId)) {
                        fail(operation, "another process runs");
                    } else if (holds(report, position)) {
                        end(operation, new Outcome.Confirmed(report));
                    } else {
                        again(operation, () -> awaitPosition(operation, runId, position));
                    }
                });
    }

    private static boolean holds(RedisReport report, Position position) {
        return report.replicationId().equals(position.id())
                && report.appliedOffset() >= position.offset();
    }

    private void pause(Pause pause) {
        ask(
                pause,
                redis -> {
                    redis.pause(pause.leaseNanos());
                    return redis.report();
                },
                report -> {
                    if (report.isMaster() && report.runId().equals(pause.runId())) {
                        end(pause, new Outcome.Confirmed(report));
                    } else {
                        fail(pause, "it is not the master that was to be paused");
                    }
                });
    }

    private void require(Require require) {
        ask(
                require,
                redis -> {
                    if (redis.runId().equals(require.runId())) {
                        redis.minReplicas(require.minReplicas());
                    }
                    return redis.report();
                },
                report -> end(require, new Outcome.Confirmed(report)));
    }

    private void unpause(Unpause unpause) {
        ask(
                unpause,
                redis -> {
                    redis.unpause();
                    return redis.report();
                },
                report -> end(unpause, new Outcome.Confirmed(report)));
    }

    private void stepDown(StepDown stepDown) {
        ask(
                stepDown,
                redis -> {
                    redis.replicaOf(RedisEndpoint.DEAD);
                    redis.unpause();
                    return redis.report();
                },
                report -> end(stepDown, new Outcome.Confirmed(report)));
    }

    private void takeOver(TakeOver take) {
        ask(
                take,
                SimRedis::report,
                report -> {
                    if (!report.runId().equals(take.runId()) || !holds(report, take.atLeast())) {
                        fail(take, "it does not hold " + take.atLeast());
                        return;
                    }
                    ask(
                            take,
                            redis -> {
                                redis.setUser(take.user());
                                redis.replicaOfNoOne();
                                redis.makeBacklog();
                                redis.minReplicas(take.minReplicas());
                                return redis.report();
                            },
                            after -> end(take, new Outcome.Confirmed(after)));
                });
    }

    // ---- Salvage ----------------------------------------------------------------------------

    /** A master for as long as the snapshot takes; detached again, as {@link #cutOff} does. */
    private void salvage(Salvage salvage) {
        ask(
                salvage,
                redis ->
                        redis.runId().equals(salvage.runId())
                                && redis.report().position().equals(salvage.position())
                                && redis.masterForASnapshot(),
                accepted -> {
                    if (!accepted) {
                        fail(salvage, "it loads, or is not what was to be set aside");
                        return;
                    }
                    hive.scheduler()
                            .after(SALVAGE, () -> node.whenAwake(() -> keepSnapshot(salvage)));
                });
    }

    private void keepSnapshot(Salvage salvage) {
        if (salvage.number() != newest) {
            fail(salvage, "a newer operation waits");
            return;
        }
        ask(
                salvage,
                redis -> {
                    hive.setAside(redis.data.keys);
                    redis.deleteUsers();
                    return redis.replicaOf(RedisEndpoint.DEAD) ? redis.report() : null;
                },
                report -> {
                    if (report == null) {
                        fail(salvage, "LOADING");
                    } else {
                        end(salvage, new Outcome.Salvaged(report, "simulated.rdb", 0));
                    }
                });
    }

    // ---- TakeOffDuty ------------------------------------------------------------------------

    private void takeOffDuty(TakeOffDuty take) {
        SimPod there = hive.podOf(take.master());
        if (there == null || there == node.pod()) {
            fail(take, "no route to host");
            return;
        }
        hive.network()
                .dial(
                        node.pod().index,
                        there.index,
                        take.boundNanos(),
                        connection -> there.redis.running() ? reason -> {} : null,
                        new SimNetwork.Dialer() {
                            @Override
                            public void connected(SimConnection connection) {
                                if (isRunning(take) && !node.stopped()) {
                                    remote = connection;
                                    takeOffDuty(take, there, connection);
                                } else {
                                    connection.close(node.pod().index, "too late");
                                }
                            }

                            @Override
                            public void lost(String reason) {
                                node.whenAwake(() -> fail(take, reason));
                            }
                        });
    }

    private void takeOffDuty(TakeOffDuty take, SimPod there, SimConnection connection) {
        long inProcess = there.redis.process();
        connection.send(
                node.pod().index,
                () ->
                        there.redis.whenFree(
                                inProcess,
                                () -> {
                                    boolean accepted =
                                            there.redis
                                                            .report()
                                                            .replicationId()
                                                            .equals(take.lineage())
                                                    && there.redis.replicaOf(RedisEndpoint.DEAD);
                                    Position position = there.redis.report().position();
                                    connection.send(
                                            there.index,
                                            () ->
                                                    node.whenAwake(() ->
                                                            takenOff(take, accepted, position)));
                                }));
    }

    private void takenOff(TakeOffDuty take, boolean accepted, Position position) {
        if (accepted) {
            end(take, new Outcome.OffDuty(position));
        } else if (!position.id().equals(take.lineage())) {
            end(take, new Outcome.LeftAlone("another lineage"));
        } else {
            fail(take, "LOADING");
        }
    }
}
