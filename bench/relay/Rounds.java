import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The samples of one load: for each target, one of each round. */
final class Rounds {
    private final Load load;
    private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

    /** What is measured in one round. */
    interface Measurement {
        Sample run(Target target, Load load, long requests) throws InterruptedException;
    }

    private Rounds(Load load) {
        this.load = load;
    }

    /**
     * Runs all loads on all targets, again and again; each round begins with another target. The
     * first round does not count: it tells how many requests take as long as they should.
     */
    static List<Rounds> run(
            List<Target> targets, List<Load> loads, Options options, Measurement measurement)
            throws InterruptedException {
        Map<Load, Rounds> all = new LinkedHashMap<>();
        loads.forEach(load -> all.put(load, new Rounds(load)));
        Map<String, Long> requests = new LinkedHashMap<>();
        for (int round = 0; round <= options.rounds; round++) {
            for (int i = 0; i < targets.size(); i++) {
                Target target = targets.get((round + i) % targets.size());
                for (Load load : loads) {
                    String key = target.name() + " " + load.command();
                    long count = requests.getOrDefault(key, load.firstRequests());
                    Sample sample = measurement.run(target, load, count);
                    if (sample.failure() == null) {
                        // No less than one per request in flight, no more than redis-benchmark
                        // takes.
                        long least = 2L * load.clients() * load.pipeline();
                        long next = (long) (sample.perSecond() * options.seconds);
                        requests.put(key, Math.clamp(next, least, 500_000_000L));
                    }
                    if (round > 0) {
                        all.get(load).add(target, sample);
                    }
                }
            }
        }
        return List.copyOf(all.values());
    }

    Load load() {
        return load;
    }

    List<Sample> of(Target target) {
        return samples.get(target.name());
    }

    /** For each round, how this target did compared with another. */
    List<Double> ratios(Target target, Target reference) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < of(target).size(); i++) {
            ratios.add(of(target).get(i).perSecond() / of(reference).get(i).perSecond());
        }
        return ratios;
    }

    /** The first failure of this target, or null. */
    String failure(Target target) {
        return of(target).stream()
                .map(Sample::failure)
                .filter(failure -> failure != null)
                .findFirst()
                .orElse(null);
    }

    private void add(Target target, Sample sample) {
        samples.computeIfAbsent(target.name(), _ -> new ArrayList<>()).add(sample);
    }
}
