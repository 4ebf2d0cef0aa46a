package io.hive.election.sim;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Many seeds on all cores, in pieces; what is done is kept, so that a stopped run goes on. */
final class SimRun {
    private static final long PIECE = 50;
    private static final long PROGRESS_SECONDS = 5;

    private final PrintStream out;
    private final SimRunState state;
    private final @Nullable Path file;
    private final int threads;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicLong next;
    private final BlockingQueue<Piece> finished = new LinkedBlockingQueue<>();

    private record Piece(long from, long to, SimStatistics sum, List<String> failures) {}

    SimRun(PrintStream out, SimRunState state, @Nullable Path file, int threads) {
        this.out = out;
        this.state = state;
        this.file = file;
        this.threads = threads;
        this.next = new AtomicLong(state.first + state.done);
    }

    /** Ends the run after the pieces that are under way. Any thread. */
    void stop() {
        stopping.set(true);
    }

    /** Runs to the end, or until it is stopped; the state is on disk then. */
    void run() throws IOException, InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(Thread.ofPlatform().name("simulator-" + i).daemon().start(this::work));
        }
        long began = System.nanoTime();
        long shown = began;
        long before = state.done;
        Map<Long, Piece> early = new TreeMap<>();
        while (workers.stream().anyMatch(Thread::isAlive) || !finished.isEmpty()) {
            Piece piece = finished.poll(100, TimeUnit.MILLISECONDS);
            if (piece != null) {
                early.put(piece.from(), piece);
                piece.failures().forEach(failure -> out.println("VIOLATION " + failure));
            }
            for (Piece ready = early.remove(state.first + state.done);
                    ready != null;
                    ready = early.remove(state.first + state.done)) {
                state.done += ready.to() - ready.from();
                state.sum.add(ready.sum());
                ready.failures().forEach(state::failed);
            }
            long now = System.nanoTime();
            if (now - shown > TimeUnit.SECONDS.toNanos(PROGRESS_SECONDS)) {
                shown = now;
                progress(before, (now - began) / 1e9);
                save(began);
            }
        }
        save(began);
    }

    private void progress(long before, double seconds) {
        double rate = (state.done - before) / seconds;
        out.printf(
                "%d of %d seeds, %d violations, %.0f seeds/s, %.0f min to go%n",
                state.done,
                state.count,
                state.failed,
                rate,
                rate == 0 ? 0 : (state.count - state.done) / rate / 60);
    }

    private void save(long began) throws IOException {
        if (file != null) {
            state.write(file, state.secondsBefore + (System.nanoTime() - began) / 1_000_000_000);
        }
    }

    private void work() {
        long end = state.first + state.count;
        while (!stopping.get()) {
            long from = next.getAndAdd(PIECE);
            if (from >= end) {
                return;
            }
            finished.add(piece(from, Math.min(end, from + PIECE)));
        }
    }

    private static Piece piece(long from, long to) {
        SimStatistics sum = new SimStatistics();
        List<String> failures = new ArrayList<>();
        for (long seed = from; seed < to; seed++) {
            Simulation simulation = Simulation.of(seed);
            try {
                simulation.run();
            } catch (SimViolation e) {
                failures.add(String.valueOf(e.getMessage()));
            }
            sum.add(simulation.statistics());
        }
        return new Piece(from, to, sum, failures);
    }
}
