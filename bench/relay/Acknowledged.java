import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Case 9: writes that a replica must have, compared with writes that none needs to have. */
final class Acknowledged {
    static final int NUMBER = 9;
    private static final double GOAL = 0.5;
    private static final Load LOAD =
            new Load("HIVE_ACK_REPLICAS=1, 50 clients, SET", 50, 1, 64, "SET", 15_000);

    private final RedisBenchmark benchmark;
    private final Children children;
    private final Options options;
    private final Report report;

    Acknowledged(RedisBenchmark benchmark, Children children, Options options, Report report) {
        this.benchmark = benchmark;
        this.children = children;
        this.options = options;
        this.report = report;
    }

    void run() throws InterruptedException {
        List<Pod> pods = new ArrayList<>();
        try {
            List<Pod> one = Pod.startHive(children, options, 2, Map.of());
            pods.addAll(one);
            List<Pod> other = Pod.startHive(children, options, 2, Map.of("HIVE_ACK_REPLICAS", "1"));
            pods.addAll(other);
            Target asynchronous = one.getFirst().target("asynchronous");
            Target acknowledged = other.getFirst().target("acknowledged");
            List<Target> targets = List.of(asynchronous, acknowledged);
            for (Target target : targets) {
                benchmark.warmUp(target, options.warmupSeconds / 2);
            }
            Rounds rounds = Rounds.run(targets, List.of(LOAD), options, benchmark::run).getFirst();
            report.samples(NUMBER, rounds, targets);
            report.cpu(NUMBER, rounds, targets);
            double ratio = Stats.median(rounds.ratios(acknowledged, asynchronous));
            report.row(
                    NUMBER,
                    LOAD.title(),
                    Map.of(Relay.HIVE, Double.isNaN(ratio) ? "failed" : Report.fixed(ratio, 2)),
                    Report.fixed(GOAL, 1),
                    ratio >= GOAL && rounds.failure(acknowledged) == null);
            report.row(
                    NUMBER,
                    "  asynchronous, through the same",
                    Map.of(
                            Relay.HIVE,
                            Report.thousands(
                                    Stats.median(
                                            rounds.of(asynchronous).stream()
                                                    .map(Sample::perSecond)
                                                    .toList()))),
                    "",
                    null);
        } finally {
            pods.forEach(Pod::close);
        }
    }
}
