import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Case 7: the anonymous memory of a fresh sidecar, idle and with 500 clients that are never idle.
 */
final class Memory {
    static final int NUMBER = 7;
    private static final int CLIENTS = 500;
    private static final double GOAL_IDLE = 64;
    private static final double GOAL_BUSY = 90;

    private final RedisBenchmark benchmark;
    private final Children children;
    private final Options options;
    private final Report report;

    Memory(RedisBenchmark benchmark, Children children, Options options, Report report) {
        this.benchmark = benchmark;
        this.children = children;
        this.options = options;
        this.report = report;
    }

    void run() throws InterruptedException {
        List<Pod> hive = Pod.startHive(children, options, 1, Map.of());
        try {
            Pod pod = hive.getFirst();
            show("idle", sample(pod, List.of()), GOAL_IDLE);
            Target target = pod.target(Relay.HIVE);
            List<Process> load = new ArrayList<>();
            try {
                for (String command : List.of("SET", "GET")) {
                    load.add(
                            benchmark.startEndless(
                                    target, new Load("", CLIENTS / 2, 1, 64, command, 0)));
                }
                show(CLIENTS + " busy clients", sample(pod, load), GOAL_BUSY);
            } finally {
                load.forEach(children::kill);
            }
        } finally {
            hive.forEach(Pod::close);
        }
    }

    /** Looks every second, for as long as the options say; in MB of 1,000,000 bytes. */
    private List<Double> sample(Pod pod, List<Process> load) throws InterruptedException {
        List<Double> megabytes = new ArrayList<>();
        long end = System.nanoTime() + (long) (options.memoryMinutes * 60e9);
        do {
            long left = end - System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(Math.clamp(left, 1, 1_000_000_000L));
            if (!load.stream().allMatch(Process::isAlive)) {
                report.note(
                        NUMBER,
                        "redis-benchmark ended early: the clients were not busy all the time");
                load = List.of();
            }
            megabytes.add(Proc.anonymousBytes(pod.sidecarPid()) / 1e6);
        } while (end - System.nanoTime() > 0);
        return megabytes;
    }

    private void show(String state, List<Double> megabytes, double goal) {
        double last = megabytes.getLast();
        double most = megabytes.stream().mapToDouble(d -> d).max().orElseThrow();
        String title = "RssAnon " + state + ", " + Report.fixed(options.memoryMinutes, 1) + " min";
        report.row(
                NUMBER,
                title,
                Map.of(Relay.HIVE, Report.fixed(last, 1) + " MB"),
                Report.fixed(goal, 0) + " MB",
                last <= goal);
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("minutes", options.memoryMinutes);
        details.put("lastMegabytes", last);
        details.put("mostMegabytes", most);
        details.put("eachSecondMegabytes", megabytes);
        report.details(NUMBER, "memory, " + state, details);
    }
}
