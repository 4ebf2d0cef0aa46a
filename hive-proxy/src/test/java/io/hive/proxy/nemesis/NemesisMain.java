package io.hive.proxy.nemesis;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.opentest4j.TestAbortedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./hive nemesis}: drawn faults for as long as one likes, hive after hive. */
@Command(
        name = "hive nemesis",
        sortOptions = false,
        description = "Real processes under drawn faults. A seed is replayed with --seed.")
final class NemesisMain implements Callable<Integer> {
    @Option(names = "--seed", description = "of the first hive; the next have the next ones")
    long seed = System.currentTimeMillis() / 1000;

    @Option(
            names = "--minutes",
            defaultValue = "10",
            description = "when no further hive is begun (${DEFAULT-VALUE})")
    double minutes;

    @Option(
            names = "--seconds-each",
            defaultValue = "60",
            description = "for which a hive is under fire (${DEFAULT-VALUE})")
    int secondsEach;

    @Option(
            names = "--wild",
            description = "faults meet: losses are counted, and no reason to fail")
    boolean wild;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    boolean help;

    public static void main(String[] args) {
        System.exit(new CommandLine(new NemesisMain()).execute(args));
    }

    @Override
    public Integer call() {
        List<String> obstacles = Space.obstacles();
        if (!obstacles.isEmpty()) {
            System.err.println("not on this machine: " + String.join("; ", obstacles));
            return 2;
        }
        long end = System.nanoTime() + (long) (minutes * 60e9);
        Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
        int hives = 0;
        long writes = 0;
        long lost = 0;
        int failures = 0;
        do {
            Schedule schedule = new Schedule(seed + hives, wild, EnumSet.allOf(Fault.class));
            hives++;
            try {
                Verdict verdict = schedule.run(Duration.ofSeconds(secondsEach));
                writes += verdict.writes().size();
                lost += verdict.lost().size();
            } catch (TestAbortedException e) {
                System.err.println(e.getMessage());
                return 2;
            } catch (AssertionError e) {
                failures++;
                System.out.println("FAILED: " + e.getMessage());
            }
            schedule.struck().forEach((fault, times) -> struck.merge(fault, times, Integer::sum));
        } while (System.nanoTime() - end < 0);
        System.out.println();
        struck.forEach((fault, times) -> System.out.printf("%-24s %6d%n", fault, times));
        System.out.printf(
                "%d hives, %d writes, %d acknowledged and lost, %d failed%n",
                hives, writes, lost, failures);
        return failures == 0 ? 0 : 1;
    }
}
