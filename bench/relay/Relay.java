import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * What Hive's relay costs and gives, in one run on one machine: real processes on loopback
 * addresses, all ways to the same redis-server, in rounds that take turns.
 *
 * <p>{@code ./hive bench relay --help}; README.md in the folder above says what is measured and
 * how.
 */
@Command(
        name = "hive bench relay",
        sortOptions = false,
        description =
                "Compares Hive's relay with direct Redis, HAProxy and twemproxy, on a quiet"
                    + " machine.")
final class Relay implements Callable<Integer> {
    static final String HIVE = "hive";
    private static final String HAPROXY = "haproxy";
    private static final String TWEMPROXY = "twemproxy";
    private static final int LAST_CASE = 10;

    @Mixin Options options = new Options();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    boolean help;

    public static void main(String[] args) {
        System.exit(new CommandLine(new Relay()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!check()) {
            return 2;
        }
        Path program = Proxies.find("redis-benchmark");
        if (program == null) {
            say(
                    "redis-benchmark is not installed, and nothing can be measured without it:"
                        + " apt-get install redis-tools");
            return 1;
        }
        try (Children children = new Children()) {
            try {
                return run(children, program) ? 0 : 1;
            } catch (IllegalStateException e) {
                // After Ctrl-C everything fails, which is no news.
                if (!children.ended()) {
                    say(e.getMessage());
                }
                return 1;
            }
        }
    }

    /** Returns whether all cases could be measured. */
    private boolean run(Children children, Path program) throws IOException, InterruptedException {
        long started = System.nanoTime();
        Instant when = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        if (Machine.loadAverage() > 0.3 * Runtime.getRuntime().availableProcessors()) {
            say(
                    "other programs are busy on this machine (load average "
                            + Machine.loadAverage()
                            + "): the figures will be noise");
        }
        RedisBenchmark benchmark = new RedisBenchmark(children, options, program);
        List<Pod> hive = Pod.startHive(children, options, 1, Map.of());
        try {
            Pod pod = hive.getFirst();
            List<Target> targets = targets(children, pod);
            Map<String, Object> head = new LinkedHashMap<>();
            head.put("started", when.toString());
            head.put(
                    "machine",
                    Machine.describe(
                            pod, program, Proxies.find(HAPROXY), Proxies.find("nutcracker")));
            head.put("options", describeOptions());
            head.forEach(Relay::print);
            if (targets.getLast().name().equals(HIVE)
                    && options.cases.stream().anyMatch(Relay::usesHive)) {
                say("warming up: " + options.warmupSeconds + " s of mixed load on the sidecar");
                benchmark.warmUp(targets.getLast(), options.warmupSeconds);
            }
            Report report = new Report(targets.stream().map(Target::name).toList(), head);
            boolean complete = true;
            for (int number : options.cases) {
                say("case " + number + " of " + options.cases);
                try {
                    measure(number, targets, benchmark, children, report);
                } catch (IOException | RuntimeException e) {
                    if (children.ended()) {
                        throw new IllegalStateException("the benchmark was ended", e);
                    }
                    // The others may well be possible.
                    complete = false;
                    say("case " + number + " failed: " + e);
                    report.note(number, "failed: " + e + pod.lastWords());
                }
            }
            report.print(System.out);
            System.out.printf(
                    "%nmedians of %d rounds after one that does not count, %s s each; sidecar"
                        + " warmed up for %s s; %d s in all%n",
                    options.rounds,
                    options.seconds,
                    options.warmupSeconds,
                    (System.nanoTime() - started) / 1_000_000_000);
            if (options.json != null) {
                report.write(options.json);
            }
            return complete;
        } finally {
            hive.forEach(Pod::close);
        }
    }

    private void measure(
            int number,
            List<Target> targets,
            RedisBenchmark benchmark,
            Children children,
            Report report)
            throws IOException, InterruptedException {
        switch (number) {
            case AddedLatency.NUMBER -> new AddedLatency(benchmark, options, report).run(targets);
            case Memory.NUMBER -> new Memory(benchmark, children, options, report).run();
            case IdleClients.NUMBER -> new IdleClients(children, options, report).run();
            case Acknowledged.NUMBER ->
                    new Acknowledged(benchmark, children, options, report).run();
            case Fairness.NUMBER -> new Fairness(benchmark, children, options, report).run(targets);
            default -> new Throughput(benchmark, options, report).run(number, targets);
        }
    }

    /** Direct Redis first, Hive last; what is not installed is left out. */
    private List<Target> targets(Children children, Pod pod)
            throws IOException, InterruptedException {
        List<Target> targets = new ArrayList<>();
        targets.add(pod.direct());
        if (options.targets.contains(HAPROXY)) {
            Path program = Proxies.find(HAPROXY);
            if (program == null) {
                say("HAProxy is not installed and is left out: apt-get install haproxy");
            } else {
                targets.add(Proxies.haproxy(children, options, program, pod));
            }
        }
        if (options.targets.contains(TWEMPROXY)) {
            Path program = Proxies.find("nutcracker");
            if (program == null) {
                say("twemproxy is not installed and is left out: apt-get install nutcracker");
            } else {
                targets.add(Proxies.twemproxy(children, options, program, pod));
            }
        }
        if (options.targets.contains(HIVE)) {
            targets.add(pod.target(HIVE));
        }
        return targets;
    }

    private static void print(String name, Object value) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, one) -> System.out.printf("%-17s %s%n", key, one));
        } else {
            System.out.printf("%-17s %s%n", name, value);
        }
    }

    private boolean check() {
        if (options.json != null) {
            Path folder = options.json.toAbsolutePath().getParent();
            if (folder == null || !Files.isWritable(folder) || Files.isDirectory(options.json)) {
                say("--json: " + options.json + " cannot be written");
                return false;
            }
        }
        for (int number : options.cases) {
            if (number < 1 || number > LAST_CASE) {
                say("--cases: there is no case " + number + ", they are 1 to " + LAST_CASE);
                return false;
            }
        }
        for (String target : options.targets) {
            if (!List.of(Target.DIRECT, HAPROXY, TWEMPROXY, HIVE).contains(target)) {
                say(
                        "--targets: '"
                                + target
                                + "' is none of "
                                + Target.DIRECT
                                + ", "
                                + HAPROXY
                                + ", "
                                + TWEMPROXY
                                + ", "
                                + HIVE);
                return false;
            }
        }
        if (options.rounds < 1
                || options.seconds <= 0
                || options.warmupSeconds < 0
                || options.memoryMinutes <= 0
                || options.idleClients < 1
                || options.rate < 0) {
            say(
                    "--rounds, --seconds, --memory-minutes and --idle-clients take positive"
                        + " numbers, --warmup and --rate no negative ones");
            return false;
        }
        return true;
    }

    private Map<String, Object> describeOptions() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("rounds", options.rounds);
        all.put("seconds", options.seconds);
        all.put("warmupSeconds", options.warmupSeconds);
        all.put("unixSocket", options.unixSocket);
        all.put("javaOptions", options.javaOptions);
        return all;
    }

    /** Whether a case uses the sidecar that all of them share. */
    private static boolean usesHive(int number) {
        return Throughput.has(number) || number == AddedLatency.NUMBER || number == Fairness.NUMBER;
    }

    private static void say(String text) {
        System.err.println("bench: " + text);
    }
}
