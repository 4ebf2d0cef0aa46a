import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.hive.proxy.demo.RedisBinary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long a hive of three is without a master, beside Redis Sentinel in the same run: from the loss
 * until a write has been acknowledged again by <em>every</em> surviving client, in real processes on
 * loopback addresses in a network of their own.
 *
 * <p>{@code ./hive bench failover --help}; README.md in the folder above says what is measured.
 */
@Command(
        name = "hive bench failover",
        sortOptions = false,
        description = "Measures the time without acknowledged writes, beside Redis Sentinel.")
final class Failover implements Callable<Integer> {
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int WARM_WRITES = 50;

    @Option(names = "--rounds", defaultValue = "20", description = "of each fault (${DEFAULT-VALUE})")
    int rounds;

    @Option(
            names = "--sentinel-rounds",
            description = "those of Sentinel at 1000 ms, 0 to leave it out (as --rounds)")
    Integer sentinelRounds;

    @Option(
            names = "--default-rounds",
            defaultValue = "3",
            description = "those of Sentinel at its default of 30000 ms (${DEFAULT-VALUE})")
    int defaultRounds;

    @Option(
            names = "--faults",
            split = ",",
            description = "redis-dies,pod-dies,pod-frozen,pod-cut-off,handoff (all)")
    List<String> faultNames;

    @Option(names = "--json", description = "a file that takes every single figure")
    Path json;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "this text")
    boolean help;

    private final Results results = new Results();

    public static void main(String[] args) throws Exception {
        boolean alone = List.of(args).contains("--help") || List.of(args).contains("-h");
        if (!alone && !OwnNetwork.isInside()) {
            if (OwnNetwork.rerun() instanceof Integer code) {
                System.exit(code);
            }
        }
        // that a master is gone is no news here
        ((Logger) LoggerFactory.getLogger("io.lettuce")).setLevel(Level.ERROR);
        System.exit(new CommandLine(new Failover()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        List<Fault> faults =
                new ArrayList<>(
                        faultNames == null
                                ? List.of(Fault.values())
                                : faultNames.stream().map(Fault::of).toList());
        if (!OwnNetwork.isInside() && faults.remove(Fault.POD_CUT_OFF)) {
            results.note(
                    "'pod cut off' is left out: it needs root, iptables, iproute2 and unshare");
        }
        Map<String, String> head = new LinkedHashMap<>();
        head.put("benchmark", "failover");
        head.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        head.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        head.put("java", Runtime.version().toString());
        head.put("redis", RedisBinary.find().origin());
        head.forEach((name, value) -> System.out.println(name + ": " + value));
        Path logs = Files.createTempDirectory("hive-bench-failover");
        try (Subject hive = new HiveSubject("127.0.77.", 3, logs)) {
            measure(hive, faults, rounds);
        }
        int beside = sentinelRounds == null ? rounds : sentinelRounds;
        if (beside > 0 || defaultRounds > 0) {
            try (SentinelSubject sentinel = new SentinelSubject("127.0.78.", logs)) {
                sentinel.awaitReady();
                measure(sentinel, faults, beside);
                List<Fault> unplanned = new ArrayList<>(faults);
                unplanned.remove(Fault.HANDOFF);
                sentinel.downAfter(30_000);
                measure(sentinel, unplanned, defaultRounds);
            }
        }
        results.print(System.out);
        if (json != null) {
            results.write(json, head);
        }
        System.out.println("logs: " + logs);
        return 0;
    }

    private void measure(Subject subject, List<Fault> faults, int count) throws Exception {
        for (int round = 1; round <= count; round++) {
            for (Fault fault : faults) {
                try {
                    once(subject, fault, round);
                } catch (IllegalStateException e) {
                    // The figure is missing, and that is told; the next round may be better.
                    System.out.println("FAILED: " + subject.name() + ", " + fault.title + ": " + e);
                    results.note(
                            subject.name() + ", " + fault.title + ", round " + round + " failed: " + e);
                }
            }
        }
    }

    /** One loss. */
    private void once(Subject subject, Fault fault, int round) throws Exception {
        int lost = subject.awaitReady();
        Map<String, List<Writer>> writers = new LinkedHashMap<>();
        try {
            subject.clients()
                    .forEach((kind, clients) -> writers.put(kind, start(clients, fault, lost)));
            for (Writer writer : all(writers)) {
                writer.awaitAcknowledged(WARM_WRITES);
            }
            // a loss right after a loss would be another measurement
            TimeUnit.NANOSECONDS.sleep(SETTLE_NANOS);
            all(writers).forEach(Writer::forgetGap);
            long atNanos = System.nanoTime();
            if (!subject.strike(fault, lost)) {
                results.note(subject.name() + " cannot do a " + fault.title + " yet");
                return;
            }
            // the clock starts before the fault; a write counts if it was sent after it had happened
            long happenedNanos = System.nanoTime();
            all(writers).forEach(writer -> writer.mark(happenedNanos));
            for (Map.Entry<String, List<Writer>> kind : writers.entrySet()) {
                long last = happenedNanos;
                for (Writer writer : kind.getValue()) {
                    last = Math.max(last, writer.awaitServed());
                }
                double seconds = (last - atNanos) / 1e9;
                if (fault == Fault.HANDOFF) {
                    seconds = longestGap(subject, lost, kind.getValue());
                }
                results.add(fault, kind.getKey(), seconds);
                System.out.printf(
                        Locale.ROOT,
                        "round %d, %s, %s: %.3f s%n",
                        round, kind.getKey(), fault.title, seconds);
            }
        } finally {
            for (Writer writer : all(writers)) {
                writer.finish();
            }
            subject.recover(fault, lost);
        }
    }

    /** Nothing is lost here: what counts is the pause, wherever it falls. */
    private static double longestGap(Subject subject, int lost, List<Writer> writers)
            throws InterruptedException {
        if (subject.awaitReady() == lost) {
            throw new IllegalStateException("the leader has not changed");
        }
        for (Writer writer : writers) {
            writer.awaitAcknowledged(WARM_WRITES);
        }
        return writers.stream().mapToDouble(Writer::longestGapSeconds).max().orElseThrow();
    }

    private static List<Writer> start(List<Supplier<Client>> clients, Fault fault, int lost) {
        List<Writer> writers = new ArrayList<>();
        for (int pod = 0; pod < clients.size(); pod++) {
            if (pod != lost || fault.podSurvives()) {
                Writer writer = new Writer(clients.get(pod).get(), "bench:" + pod);
                writer.start();
                writers.add(writer);
            }
        }
        return writers;
    }

    private static List<Writer> all(Map<String, List<Writer>> writers) {
        return writers.values().stream().flatMap(List::stream).toList();
    }
}
