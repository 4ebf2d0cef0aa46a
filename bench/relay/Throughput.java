import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Cases 1 to 5: what redis-benchmark gets through a proxy, compared with what it gets without. */
final class Throughput {
    /** A case: loads that are measured one after the other, and what Hive is to reach in each. */
    private record Case(int number, double goal, List<Load> loads) {}

    private static final List<Case> CASES =
            List.of(
                    new Case(1, 1.20, both("50 clients", 50, 1, 64, 30_000)),
                    new Case(
                            2,
                            1.25,
                            List.of(new Load("500 clients, GET", 500, 1, 64, "GET", 30_000))),
                    new Case(3, 0.95, both("50 clients, -P 16", 50, 16, 64, 300_000)),
                    new Case(4, 0.85, both("1 client", 1, 1, 64, 5_000)),
                    new Case(5, 0.80, both("16 KiB values, 20 clients", 20, 1, 16_384, 15_000)));

    private final RedisBenchmark benchmark;
    private final Options options;
    private final Report report;

    Throughput(RedisBenchmark benchmark, Options options, Report report) {
        this.benchmark = benchmark;
        this.options = options;
        this.report = report;
    }

    static boolean has(int number) {
        return CASES.stream().anyMatch(one -> one.number == number);
    }

    /** Runs a case on all targets, the first of which is direct Redis. */
    void run(int number, List<Target> targets) throws InterruptedException {
        Case one = CASES.stream().filter(c -> c.number == number).findFirst().orElseThrow();
        for (Rounds rounds : Rounds.run(targets, one.loads, options, benchmark::run)) {
            report.samples(number, rounds, targets);
            report.cpu(number, rounds, targets);
            Map<String, String> cells = new LinkedHashMap<>();
            Boolean met = null;
            for (Target target : targets) {
                List<Sample> samples = rounds.of(target);
                if (target.isDirect()) {
                    cells.put(
                            target.name(),
                            Report.thousands(
                                    Stats.median(
                                            samples.stream().map(Sample::perSecond).toList())));
                    continue;
                }
                double ratio = Stats.median(rounds.ratios(target, targets.getFirst()));
                cells.put(target.name(), Double.isNaN(ratio) ? "failed" : Report.fixed(ratio, 2));
                if (target.name().equals(Relay.HIVE)) {
                    met = ratio >= one.goal && rounds.failure(target) == null;
                }
            }
            report.row(number, rounds.load().title(), cells, Report.fixed(one.goal, 2), met);
        }
    }

    private static List<Load> both(String title, int clients, int pipeline, int bytes, long first) {
        return List.of(
                new Load(title + ", SET", clients, pipeline, bytes, "SET", first),
                new Load(title + ", GET", clients, pipeline, bytes, "GET", first));
    }
}
