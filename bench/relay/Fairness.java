import io.hive.proxy.demo.RedisConnection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Case 10: fifty clients that ask one at a time, beside one that sends a thousand at a time. */
final class Fairness {
    static final int NUMBER = 10;
    private static final Load FIFTY =
            new Load("50 clients beside one with -P 1000, GET", 50, 1, 64, "GET", 3_000);
    private static final Load ABUSE = new Load("", 1, 1000, 64, "GET", 0);
    private static final Duration START = Duration.ofSeconds(5);

    private final RedisBenchmark benchmark;
    private final Children children;
    private final Options options;
    private final Report report;

    /** What the one got, requests per second. */
    private final Map<String, List<Double>> abuse = new LinkedHashMap<>();

    Fairness(RedisBenchmark benchmark, Children children, Options options, Report report) {
        this.benchmark = benchmark;
        this.children = children;
        this.options = options;
        this.report = report;
    }

    void run(List<Target> targets) throws InterruptedException {
        Rounds rounds = Rounds.run(targets, List.of(FIFTY), options, this::beside).getFirst();
        report.samples(NUMBER, rounds, targets);
        Map<String, String> ratios = new LinkedHashMap<>();
        Map<String, String> p99s = new LinkedHashMap<>();
        Map<String, String> ones = new LinkedHashMap<>();
        for (Target target : targets) {
            List<Sample> samples = rounds.of(target);
            ratios.put(
                    target.name(),
                    target.isDirect()
                            ? Report.thousands(
                                    Stats.median(samples.stream().map(Sample::perSecond).toList()))
                            : Report.fixed(
                                    Stats.median(rounds.ratios(target, targets.getFirst())), 2));
            p99s.put(
                    target.name(),
                    Report.fixed(Stats.median(samples.stream().map(Sample::p99Millis).toList()), 2)
                            + " ms");
            ones.put(target.name(), Report.thousands(Stats.median(abuse.get(target.name()))));
        }
        report.row(NUMBER, FIFTY.title(), ratios, "", null);
        report.row(NUMBER, "  p99 of the fifty", p99s, "", null);
        report.row(NUMBER, "  throughput of the one", ones, "", null);
        report.details(NUMBER, "throughput of the one", Map.of("perSecond", abuse));
    }

    private Sample beside(Target target, Load load, long requests) throws InterruptedException {
        Process abuser = benchmark.startEndless(target, ABUSE);
        try {
            awaitAbuse(target);
            try (RedisConnection redis = target.pod().redis()) {
                long before = commands(redis);
                long started = System.nanoTime();
                Sample sample = benchmark.run(target, load, requests);
                double seconds = (System.nanoTime() - started) / 1e9;
                double others = (commands(redis) - before - requests) / seconds;
                abuse.computeIfAbsent(target.name(), _ -> new ArrayList<>()).add(others);
                return abuser.isAlive()
                        ? sample.withoutCpu()
                        : Sample.failed("the client with -P 1000 ended early");
            }
        } finally {
            children.kill(abuser);
        }
    }

    private static void awaitAbuse(Target target) throws InterruptedException {
        try (RedisConnection redis = target.pod().redis()) {
            long deadline = System.nanoTime() + START.toNanos();
            long before = commands(redis);
            while (commands(redis) - before < 2 * ABUSE.pipeline()
                    && System.nanoTime() - deadline < 0) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }
    }

    private static long commands(RedisConnection redis) {
        return Long.parseLong(redis.info("stats").get("total_commands_processed"));
    }
}
