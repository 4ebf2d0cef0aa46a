import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Case 6: the latency that a proxy adds at half of the load that direct Redis can take. */
final class AddedLatency {
    static final int NUMBER = 6;
    private static final int CLIENTS = 50;
    private static final double GOAL_MICROS = 100;
    private static final int PEAK_MEASUREMENTS = 3;

    private final RedisBenchmark benchmark;
    private final Options options;
    private final Report report;

    AddedLatency(RedisBenchmark benchmark, Options options, Report report) {
        this.benchmark = benchmark;
        this.options = options;
        this.report = report;
    }

    void run(List<Target> targets) throws IOException, InterruptedException {
        Target direct = targets.getFirst();
        double rate = options.rate > 0 ? options.rate : halfOfPeak(direct);
        Map<String, List<PacedLoad.Result>> results = new LinkedHashMap<>();
        Map<String, String> failures = new LinkedHashMap<>();
        // As elsewhere, the first round does not count: the generator has to be compiled, too.
        for (int round = 0; round <= options.rounds; round++) {
            for (int i = 0; i < targets.size(); i++) {
                Target target = targets.get((round + i) % targets.size());
                PacedLoad.Result result = null;
                try {
                    result =
                            PacedLoad.run(
                                    target, CLIENTS, rate, options.seconds / 2, options.seconds);
                } catch (IOException e) {
                    failures.put(target.name(), e.getMessage());
                }
                if (round > 0) {
                    results.computeIfAbsent(target.name(), _ -> new ArrayList<>()).add(result);
                }
            }
        }
        failures.forEach((target, why) -> report.note(NUMBER, target + ": " + why));
        show(targets, rate, results);
    }

    private double halfOfPeak(Target direct) throws InterruptedException {
        double sum = 0;
        for (String command : List.of("SET", "GET")) {
            Load load = new Load("", CLIENTS, 1, 64, command, 0);
            double best = 0;
            long requests = 30_000;
            for (int i = 0; i < PEAK_MEASUREMENTS; i++) {
                Sample sample = benchmark.run(direct, load, requests);
                if (sample.failure() != null) {
                    throw new IllegalStateException("direct Redis: " + sample.failure());
                }
                best = Math.max(best, sample.perSecond());
                requests = (long) Math.max(1000, best * options.seconds);
            }
            sum += best;
        }
        return sum / 2 / 2;
    }

    private void show(
            List<Target> targets, double rate, Map<String, List<PacedLoad.Result>> results) {
        Map<String, String> added = new LinkedHashMap<>();
        Map<String, String> p50s = new LinkedHashMap<>();
        Map<String, String> p99s = new LinkedHashMap<>();
        Map<String, String> late = new LinkedHashMap<>();
        Map<String, Object> details = new LinkedHashMap<>();
        Boolean met = null;
        List<PacedLoad.Result> direct = results.get(Target.DIRECT);
        for (Target target : targets) {
            List<PacedLoad.Result> of = results.get(target.name());
            List<Double> differences = new ArrayList<>();
            for (int i = 0; i < of.size(); i++) {
                if (of.get(i) != null && direct.get(i) != null) {
                    differences.add(of.get(i).p99Micros() - direct.get(i).p99Micros());
                }
            }
            double difference = Stats.median(differences);
            List<PacedLoad.Result> good = of.stream().filter(r -> r != null).toList();
            p50s.put(
                    target.name(), millis(good.stream().map(PacedLoad.Result::p50Micros).toList()));
            p99s.put(
                    target.name(), millis(good.stream().map(PacedLoad.Result::p99Micros).toList()));
            late.put(
                    target.name(),
                    millis(good.stream().map(PacedLoad.Result::lateP99Micros).toList()));
            if (!target.isDirect()) {
                added.put(
                        target.name(),
                        good.isEmpty()
                                ? "failed"
                                : (difference < 0 ? "" : "+")
                                        + Report.fixed(difference / 1e3, 3)
                                        + " ms");
            }
            if (target.name().equals(Relay.HIVE)) {
                met = difference < GOAL_MICROS && good.size() == of.size();
            }
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("medianAddedP99Micros", difference);
            one.put("addedP99Micros", differences);
            one.put("p50Micros", good.stream().map(PacedLoad.Result::p50Micros).toList());
            one.put("p99Micros", good.stream().map(PacedLoad.Result::p99Micros).toList());
            one.put("p999Micros", good.stream().map(PacedLoad.Result::p999Micros).toList());
            one.put("perSecond", good.stream().map(PacedLoad.Result::perSecond).toList());
            one.put(
                    "generatorLateP50Micros",
                    good.stream().map(PacedLoad.Result::lateP50Micros).toList());
            one.put(
                    "generatorLateP99Micros",
                    good.stream().map(PacedLoad.Result::lateP99Micros).toList());
            details.put(target.name(), one);
        }
        double lateMicros =
                Stats.median(
                        direct.stream()
                                .filter(r -> r != null)
                                .map(PacedLoad.Result::lateP99Micros)
                                .toList());
        if (lateMicros > GOAL_MICROS) {
            met = null;
            report.note(
                    NUMBER,
                    "the generator itself was late by "
                            + Report.fixed(lateMicros / 1e3, 3)
                            + " ms at p99 beside direct Redis: the machine is not quiet, or too"
                            + " small for this rate, and the added p99 is noise");
        }
        String title = "at " + Report.thousands(rate) + ", 50 clients: ";
        report.row(NUMBER, title + "added p99", added, "<0.1 ms", met);
        report.row(NUMBER, "  p99", p99s, "", null);
        report.row(NUMBER, "  p50", p50s, "", null);
        report.row(NUMBER, "  p99 of the generator's own lateness", late, "", null);
        report.details(
                NUMBER,
                "added latency",
                Map.of("perSecond", rate, "clients", CLIENTS, "targets", details));
    }

    private static String millis(List<Double> micros) {
        return Report.fixed(Stats.median(micros) / 1e3, 3) + " ms";
    }
}
