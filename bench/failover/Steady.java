import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisReplyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * False failovers: a hive of three under full load, that is disturbed and not broken, must keep its
 * leader.
 *
 * <p>{@code ./hive bench steady --help}; README.md in the folder above says what is measured.
 */
@Command(
        name = "hive bench steady",
        sortOptions = false,
        description = "Counts changes of leader under load and disturbances; none is the goal.")
final class Steady implements Callable<Integer> {
    private static final double CPU_PART = 0.2;
    private static final int BATCH = 16;
    private static final int MEGABYTE = 1 << 20;

    @Option(
            names = "--minutes",
            defaultValue = "10",
            description = "in all, shared out between the disturbances (${DEFAULT-VALUE})")
    double minutes;

    @Option(
            names = "--disturbances",
            split = ",",
            description = "load,scripts-2s,scripts-8s,fork,starved (all)")
    List<String> names;

    @Option(names = "--clients", defaultValue = "20", description = "in each pod (${DEFAULT-VALUE})")
    int clients;

    @Option(
            names = "--megabytes",
            defaultValue = "2048",
            description = "the size of the dataset that is forked (${DEFAULT-VALUE})")
    int megabytes;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "this text")
    boolean help;

    private interface Disturbing {
        /** Once; it is called again until the time is over. */
        void disturb(HivePod leader) throws IOException, InterruptedException;
    }

    public static void main(String[] args) throws Exception {
        boolean alone = List.of(args).contains("--help") || List.of(args).contains("-h");
        if (!alone && !OwnNetwork.isInside() && OwnNetwork.rerun() instanceof Integer code) {
            System.exit(code);
        }
        System.exit(new CommandLine(new Steady()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        List<Disturbance> all =
                names == null
                        ? List.of(Disturbance.values())
                        : names.stream().map(Disturbance::of).toList();
        double seconds = minutes * 60 / all.size();
        Path logs = Files.createTempDirectory("hive-bench-steady");
        int changes = 0;
        try (HiveSubject hive =
                new HiveSubject("127.0.77.", 3, logs, "--rdbcompression", "no")) {
            System.out.printf(
                    "%-32s %8s %10s %8s %8s %10s%n",
                    "disturbance", "seconds", "answers", "errors", "changes", "elections");
            for (Disturbance disturbance : all) {
                changes += run(hive, disturbance, seconds);
            }
        }
        System.out.println("changes of leader: " + changes + " (goal 0); logs: " + logs);
        return changes == 0 ? 0 : 1;
    }

    /** Returns how often the leader changed. */
    private int run(HiveSubject hive, Disturbance disturbance, double seconds) throws Exception {
        HivePod leader = hive.pods.get(hive.awaitReady());
        if (disturbance == Disturbance.FORK) {
            fill(leader);
            leader = hive.pods.get(hive.awaitReady());
        }
        String means = "";
        LeaderWatch watch = new LeaderWatch(hive.pods);
        FullLoad load = new FullLoad(hive.pods, clients);
        try (watch;
                load) {
            switch (disturbance) {
                case LOAD -> repeat(leader, seconds, _ -> TimeUnit.MILLISECONDS.sleep(100));
                case SCRIPTS_2, SCRIPTS_8 -> {
                    SlowScript script =
                            new SlowScript(disturbance == Disturbance.SCRIPTS_2 ? 2 : 8);
                    repeat(leader, seconds, script);
                    means = script.toString();
                }
                case FORK -> repeat(leader, seconds, Steady::fork);
                case STARVED -> {
                    try (CpuLimit limit = new CpuLimit(leader.sidecar.pid(), CPU_PART)) {
                        means = " (" + limit.means() + ")";
                        repeat(leader, seconds, _ -> TimeUnit.MILLISECONDS.sleep(100));
                    }
                }
            }
        }
        if (disturbance == Disturbance.FORK) {
            ask(leader, "FLUSHALL");
        }
        List<String> changes = watch.changes();
        System.out.printf(
                Locale.ROOT,
                "%-32s %8.0f %10d %8d %8d %10d%s%n",
                disturbance.title,
                seconds,
                load.answers(),
                load.errors(),
                changes.size(),
                watch.elections(),
                means);
        changes.forEach(change -> System.out.println("    " + change));
        return Math.max(changes.size(), (int) watch.elections());
    }

    private static void repeat(HivePod leader, double seconds, Disturbing disturbing)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() - end < 0) {
            disturbing.disturb(leader);
        }
    }

    /**
     * Scripts of a given length. Lua has no clock in Redis 7.0, so it counts, and each run corrects
     * the number for the next.
     */
    private static final class SlowScript implements Disturbing {
        private static final double FIRST = 20_000_000;
        private static final double MOST_AT_ONCE = 8;

        private final double wantedSeconds;
        private double loops = FIRST;
        private double shortest = Double.MAX_VALUE;
        private double longest;
        private int runs;

        SlowScript(double wantedSeconds) {
            this.wantedSeconds = wantedSeconds;
        }

        @Override
        public void disturb(HivePod pod) throws InterruptedException {
            long began = System.nanoTime();
            Object reply =
                    ask(
                            pod,
                            "EVAL",
                            "for i = 1, tonumber(ARGV[1]) do end return 'done'",
                            "0",
                            Long.toString(Math.round(loops)));
            if (!"done".equals(reply)) {
                throw new IllegalStateException("the slow script was answered with " + reply);
            }
            double took = (System.nanoTime() - began) / 1e9;
            double factor = wantedSeconds / took;
            loops *= Math.min(MOST_AT_ONCE, factor);
            if (factor < 2) {
                // the first ones only find out how fast this machine is
                runs++;
                shortest = Math.min(shortest, took);
                longest = Math.max(longest, took);
            }
            // and then a rest half as long
            TimeUnit.MILLISECONDS.sleep(Math.round(took * 500));
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, " (%d scripts of %.1f to %.1f s)", runs, shortest, longest);
        }
    }

    private static void fork(HivePod pod) throws InterruptedException {
        Object reply = ask(pod, "BGSAVE");
        if (!"Background saving started".equals(reply)) {
            throw new IllegalStateException("BGSAVE was answered with " + reply);
        }
        do {
            TimeUnit.MILLISECONDS.sleep(500);
        } while (String.valueOf(ask(pod, "INFO", "persistence"))
                .contains("rdb_bgsave_in_progress:1"));
    }

    /** A big dataset, in pieces that the replicas can keep up with. */
    private void fill(HivePod pod) {
        String value = "y".repeat(MEGABYTE);
        try (RedisConnection connection =
                RedisConnection.open(pod.address, HivePod.REDIS_PORT, Duration.ofMinutes(2))) {
            for (int n = 0; n < megabytes; n++) {
                connection.command("SET", "fill:" + n, value);
                if (n % BATCH == 0) {
                    connection.command("WAIT", "2", "60000");
                }
            }
            connection.command("WAIT", "2", "60000");
        }
    }

    /** An answer of this pod's Redis, past the relay; an error is one, too. */
    private static Object ask(HivePod pod, String... command) {
        try (RedisConnection connection =
                RedisConnection.open(pod.address, HivePod.REDIS_PORT, Duration.ofMinutes(2))) {
            return connection.command(command);
        } catch (RedisReplyException e) {
            return e.getMessage();
        }
    }
}
