package io.hive.proxy.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.demo.Await;
import io.hive.proxy.demo.Loopback;
import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import io.hive.proxy.relay.RelayCounts;
import io.hive.proxy.relay.RelayHarness;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What clients are connected to in one test, and the change of master in the middle of it. Ends all
 * that it started, and all that it was given to keep.
 *
 * <p>For the test's thread, but for {@link #start}, whose tasks run on threads of their own.
 */
final class Scene implements AutoCloseable {
    private static final String[] ARGUMENTS = {
        "--repl-diskless-sync-delay",
        "0",
        "--hz",
        "100",
        "--user",
        Setting.USER,
        "on",
        ">" + Setting.PASSWORD,
        "~*",
        "&*",
        "+@all"
    };

    /** Of the shortest commands that tests wait for: with a key of one letter, and without one. */
    private static final int BYTES_OF_A_GET = 20;

    private static final int BYTES_OF_AN_EXEC = 14;

    private final Setting setting;
    private final Deque<AutoCloseable> kept = new ArrayDeque<>();
    private final ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor();
    private final @Nullable RelayHarness hive;
    private final @Nullable RedisServer replica;
    private RedisServer master;
    private RedisConnection direct;

    /** The relay's counts when all clients were there; nothing before. */
    private @Nullable RelayCounts gathered;

    Scene(Setting setting) {
        this.setting = setting;
        try {
            if (setting.viaRelay()) {
                RelayHarness opened = keep(new RelayHarness());
                hive = opened;
                master = opened.redis(ARGUMENTS);
                replica = setting.changes() ? replica(opened, master) : null;
                opened.open(master);
            } else {
                hive = null;
                replica = null;
                master = keep(RedisServer.startMaster(Loopback.address(6379), 6379, ARGUMENTS));
            }
            direct = connect(master);
        } catch (RuntimeException | Error e) {
            end();
            throw e;
        }
    }

    Setting setting() {
        return setting;
    }

    /** Where clients connect to. */
    String host() {
        return hive == null ? master.address() : hive.address().getHostString();
    }

    int port() {
        return hive == null ? master.port() : hive.address().getPort();
    }

    /** A connection to who is master now, in the clients' database. */
    RedisConnection direct() {
        return direct;
    }

    /** Closes it at the end; the last one first. */
    <T extends AutoCloseable> T keep(T closed) {
        kept.push(closed);
        return closed;
    }

    /** Does something that waits on a thread of its own. */
    <T> Future<T> start(Callable<T> task) {
        return tasks.submit(task);
    }

    /** What comes of it; fails at once if a client was disconnected meanwhile. */
    Outcome outcome(Future<?> future) {
        await("there is a reply", future::isDone);
        try {
            return new Outcome(future.get(), "");
        } catch (ExecutionException e) {
            return failure(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What comes of it, here and now. */
    static Outcome outcomeOf(Callable<?> call) {
        try {
            return new Outcome(call.call(), "");
        } catch (Exception e) {
            return failure(e);
        }
    }

    /** The reply; that it is an error fails the test. */
    @Nullable Object value(Future<?> future) {
        Outcome outcome = outcome(future);
        assertThat(outcome.error()).as("the error of a command that must not fail").isEmpty();
        return outcome.value();
    }

    /** As {@link #value}, of its type. */
    @SuppressWarnings("unchecked")
    <T> T get(Future<T> future) {
        return (T) value(future);
    }

    /** Waits for it; fails at once if a client was disconnected meanwhile. */
    void await(String what, Callable<Boolean> condition) {
        Await.until(what, () -> someoneLeft() || condition.call());
        assertNobodyLeft();
    }

    /**
     * Waits until this many clients are blocked in the master, and fails if one of these is not.
     */
    void awaitBlocked(int clients, Future<?>... waiting) {
        await(
                clients + " are blocked",
                () ->
                        Arrays.stream(waiting).anyMatch(Future::isDone)
                                || direct.info("clients")
                                        .get("blocked_clients")
                                        .equals("" + clients));
        for (Future<?> future : waiting) {
            if (future.isDone()) {
                throw new AssertionError("it must wait, but has got " + outcome(future));
            }
        }
    }

    /**
     * Waits until somebody listens there on the master.
     *
     * @param patterns how many patterns
     * @param channels which channels
     */
    void awaitSubscribed(int patterns, String... channels) {
        await(
                "there are " + patterns + " patterns and " + Arrays.toString(channels),
                () ->
                        direct.number("PUBSUB", "NUMPAT") == patterns
                                && Arrays.stream(channels)
                                        .allMatch(c ->
                                                direct.list("PUBSUB", "NUMSUB", c)
                                                        .get(1)
                                                        .equals(1L)));
    }

    /** Does it, and waits until the relay has read that many commands, or more. */
    void received(int commands, Runnable sends) {
        long before = hive == null ? 0 : hive.counts().bytesIn();
        sends.run();
        if (hive != null) {
            long least = before + (commands - 1L) * BYTES_OF_A_GET + BYTES_OF_AN_EXEC;
            await("they are received", () -> hive.counts().bytesIn() >= least);
        }
    }

    /** All clients are connected: from now on none may leave, and no other come. */
    void gather() {
        if (hive != null) {
            gathered = hive.counts();
        }
    }

    /** The change of master, if there is to be one; else only what is done in it. */
    Change change() {
        return new Change();
    }

    @Override
    public void close() {
        try {
            assertNobodyLeft();
        } finally {
            end();
        }
    }

    private boolean someoneLeft() {
        if (hive == null || gathered == null) {
            return false;
        }
        RelayCounts now = hive.counts();
        return now.accepted() != gathered.accepted() || now.clients() != gathered.clients();
    }

    private void assertNobodyLeft() {
        if (hive != null && gathered != null) {
            RelayCounts now = hive.counts();
            assertThat(now.accepted()).as("connections taken").isEqualTo(gathered.accepted());
            assertThat(now.clients()).as("clients connected").isEqualTo(gathered.clients());
        }
    }

    private void end() {
        tasks.shutdownNow();
        List<Exception> failures = new ArrayList<>();
        while (!kept.isEmpty()) {
            try {
                kept.pop().close();
            } catch (Exception e) {
                failures.add(e);
            }
        }
        tasks.close();
        assertThat(failures).as("failures to clean up").isEmpty();
    }

    private RedisServer replica(RelayHarness opened, RedisServer of) {
        RedisServer server = opened.redis(ARGUMENTS);
        try (RedisConnection connection = server.connect()) {
            follow(connection, of);
            Await.until(
                    "it follows",
                    () -> "up".equals(connection.info("replication").get("master_link_status")));
        }
        return server;
    }

    private RedisConnection connect(RedisServer server) {
        RedisConnection connection = keep(server.connect());
        connection.command("SELECT", Integer.toString(setting.database()));
        return connection;
    }

    private static void follow(RedisConnection who, RedisServer whom) {
        who.command("REPLICAOF", whom.address(), Integer.toString(whom.port()));
    }

    private static Outcome failure(Throwable failure) {
        String message = failure.getMessage();
        return new Outcome(null, message == null ? failure.toString() : message);
    }

    /** Builds a change of master, and carries it out. */
    final class Change {
        private Runnable inFlight = () -> {};
        private Runnable inTheGap = () -> {};
        private Consumer<RedisConnection> onTheNextMaster = _ -> {};
        private boolean underLoad;

        /**
         * These are on their way, and the master does not answer them any more: it dies first, or
         * it is demoted while it holds back writes.
         *
         * @param commands how many the relay must read at least
         * @param sends sends them, and does not wait for what needs the master
         */
        Change inFlight(int commands, Runnable sends) {
            inFlight = () -> received(commands, sends);
            return this;
        }

        /**
         * These are sent while there is no master.
         *
         * @param commands how many the relay must read at least; of a client that is owed replies
         *     it need not read any
         * @param sends sends them, and does not wait for the replies
         */
        Change inTheGap(int commands, Runnable sends) {
            inTheGap = commands == 0 ? sends : () -> received(commands, sends);
            return this;
        }

        /** Done directly on the next master before clients get there. */
        Change onTheNextMaster(Consumer<RedisConnection> does) {
            onTheNextMaster = does;
            return this;
        }

        /** Writes go on meanwhile: a master that dies takes the last of them with it. */
        Change underLoad() {
            underLoad = true;
            return this;
        }

        void run() {
            if (gathered == null) {
                gather();
            }
            switch (setting.target()) {
                case DIRECT, RELAY -> {
                    inFlight.run();
                    inTheGap.run();
                    onTheNextMaster.accept(direct);
                }
                case CRASH -> crash(existing(hive), existing(replica));
                case HANDOVER -> handOver(existing(hive), existing(replica));
            }
        }

        private void crash(RelayHarness hive, RedisServer next) {
            RedisConnection candidate = connect(next);
            if (underLoad) {
                awaitWhatIsWritten(candidate);
            } else {
                awaitInSync(candidate);
            }
            master.freeze();
            inFlight.run();
            master.kill();
            inTheGap.run();
            hive.routes().close("its master is lost");
            candidate.command("REPLICAOF", "NO", "ONE");
            arrive(next, candidate);
            hive.open(next);
        }

        private void handOver(RelayHarness hive, RedisServer next) {
            RedisConnection candidate = connect(next);
            direct.command("CLIENT", "PAUSE", "60000", "WRITE");
            inFlight.run();
            awaitInSync(candidate);
            direct.command("REPLICAOF", "127.0.0.1", "1");
            direct.command("CLIENT", "UNPAUSE");
            inTheGap.run();
            candidate.command("REPLICAOF", "NO", "ONE");
            follow(direct, next);
            arrive(next, candidate);
            hive.open(next);
        }

        /** Of each client something is on the next master, so that it never reads nothing there. */
        private void awaitWhatIsWritten(RedisConnection candidate) {
            long written = offset(direct, "master_repl_offset");
            await(
                    "the replica has what was written",
                    () -> offset(candidate, "slave_repl_offset") >= written);
        }

        private static long offset(RedisConnection of, String field) {
            return Long.parseLong(of.info("replication").getOrDefault(field, "-1"));
        }

        private void awaitInSync(RedisConnection candidate) {
            await(
                    "the replica has all",
                    () ->
                            direct.info("replication")
                                    .get("master_repl_offset")
                                    .equals(
                                            candidate
                                                    .info("replication")
                                                    .get("slave_repl_offset")));
        }

        private void arrive(RedisServer next, RedisConnection candidate) {
            master = next;
            direct = candidate;
            onTheNextMaster.accept(candidate);
        }

        private static <T> T existing(@Nullable T there) {
            if (there == null) {
                throw new IllegalStateException("there is no relay, or no replica");
            }
            return there;
        }
    }
}
