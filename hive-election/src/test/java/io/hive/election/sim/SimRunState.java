package io.hive.election.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** How far a run of many seeds has come: enough to go on with it later. */
final class SimRunState {
    /** More failures are counted, and their seeds not kept. */
    static final int FAILURES_KEPT = 200;

    private static final String VERSION = "hive-simulate 1";

    final long first;
    final long count;

    /** What one seed does in this build: a run must not go on with another election. */
    final long fingerprint;

    long done;
    long failed;
    long secondsBefore;
    SimStatistics sum = new SimStatistics();
    final List<String> failures = new ArrayList<>();

    SimRunState(long first, long count, long fingerprint) {
        this.first = first;
        this.count = count;
        this.fingerprint = fingerprint;
    }

    void failed(String failure) {
        failed++;
        if (failures.size() < FAILURES_KEPT) {
            failures.add(failure.replace('\n', ' '));
        }
    }

    void write(Path file, long seconds) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add(VERSION);
        lines.add("first " + first);
        lines.add("count " + count);
        lines.add("fingerprint " + fingerprint);
        lines.add("done " + done);
        lines.add("failed " + failed);
        lines.add("seconds " + seconds);
        failures.forEach(failure -> lines.add("failure " + failure));
        sum.lines().forEach(line -> lines.add("sum " + line));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.write(next, lines);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }

    static SimRunState read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        if (lines.size() < 7 || !lines.getFirst().equals(VERSION)) {
            throw new IOException("expected a state of ./hive simulate in " + file);
        }
        SimRunState state =
                new SimRunState(
                        number(lines.get(1), "first"),
                        number(lines.get(2), "count"),
                        number(lines.get(3), "fingerprint"));
        state.done = number(lines.get(4), "done");
        state.failed = number(lines.get(5), "failed");
        state.secondsBefore = number(lines.get(6), "seconds");
        List<String> sum = new ArrayList<>();
        for (String line : lines.subList(7, lines.size())) {
            if (line.startsWith("failure ")) {
                state.failures.add(line.substring("failure ".length()));
            } else if (line.startsWith("sum ")) {
                sum.add(line.substring("sum ".length()));
            }
        }
        state.sum = SimStatistics.read(sum);
        return state;
    }

    private static long number(String line, String name) throws IOException {
        if (!line.startsWith(name + " ")) {
            throw new IOException("expected '" + name + " NUMBER', got '" + line + "'");
        }
        return Long.parseLong(line.substring(name.length() + 1));
    }
}
