import io.hive.proxy.demo.RedisConnection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs redis-benchmark. For one thread. */
final class RedisBenchmark {
    private static final int ENDLESS = 1_000_000_000;

    private final Children children;
    private final Options options;
    private final String program;

    RedisBenchmark(Children children, Options options, Path program) {
        this.children = children;
        this.options = options;
        this.program = program.toString();
    }

    /** Measures one load. What goes wrong with it is in the sample. */
    Sample run(Target target, Load load, long requests) throws InterruptedException {
        prepare(target, load);
        Path output = children.folder().resolve("redis-benchmark.out");
        long redisBefore = Proc.cpuMicros(target.pod().redisPid());
        long proxyBefore = Proc.cpuMicros(target.proxyPid());
        long clientBefore = Proc.endedChildrenCpuMicros();
        Process process = children.start(load.line(program, target, requests), output, null);
        if (!process.waitFor(options.limitMillis(), TimeUnit.MILLISECONDS)) {
            children.kill(process);
            return Sample.failed("not done after " + options.limitMillis() / 1000 + " s");
        }
        children.forget(process);
        double redis = Proc.cpuMicros(target.pod().redisPid()) - redisBefore;
        double proxy = Proc.cpuMicros(target.proxyPid()) - proxyBefore;
        double client = Proc.endedChildrenCpuMicros() - clientBefore;
        double[] columns = columns(output, load.command());
        if (process.exitValue() != 0 || columns == null) {
            return Sample.failed(
                    "redis-benchmark ended with "
                            + process.exitValue()
                            + ": "
                            + Children.endOf(output));
        }
        return new Sample(
                columns[0],
                columns[3],
                columns[5],
                redis / requests,
                proxy / requests,
                client / requests,
                null);
    }

    /** Starts a load without end; the caller kills it. */
    Process startEndless(Target target, Load load) {
        prepare(target, load);
        return children.start(load.line(program, target, ENDLESS), null, null);
    }

    /** A bit of everything, so that a JVM has compiled what it is going to run. */
    void warmUp(Target target, double seconds) throws InterruptedException {
        List<Load> mix =
                List.of(
                        new Load("", 50, 1, 64, "SET", 0),
                        new Load("", 50, 1, 64, "GET", 0),
                        new Load("", 500, 1, 64, "GET", 0),
                        new Load("", 50, 16, 64, "SET", 0),
                        new Load("", 50, 16, 64, "GET", 0),
                        new Load("", 1, 1, 64, "GET", 0),
                        new Load("", 20, 1, 16384, "SET", 0),
                        new Load("", 20, 1, 16384, "GET", 0));
        for (Load load : mix) {
            Process process = startEndless(target, load);
            try {
                process.waitFor((long) (1000 * seconds / mix.size()), TimeUnit.MILLISECONDS);
            } finally {
                children.kill(process);
            }
        }
    }

    /** GET is to find a value of the right size, whatever ran before. */
    private static void prepare(Target target, Load load) {
        try (RedisConnection redis = target.pod().redis()) {
            redis.command("SET", Load.KEY, "x".repeat(load.bytes()));
        }
    }

    /**
     * The figures of the command's line in redis-benchmark's CSV: requests per second, latencies.
     */
    private static double[] columns(Path output, String command) {
        try {
            for (String line : Files.readAllLines(output)) {
                String[] cells = line.replace("\"", "").split(",");
                if (cells[0].equals(command) && cells.length >= 7) {
                    double[] figures = new double[cells.length - 1];
                    for (int i = 0; i < figures.length; i++) {
                        figures[i] = Double.parseDouble(cells[i + 1]);
                    }
                    // rps, avg, min, p50, p95, p99, max
                    return figures;
                }
            }
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("no output of redis-benchmark in " + output, e);
        }
    }
}
