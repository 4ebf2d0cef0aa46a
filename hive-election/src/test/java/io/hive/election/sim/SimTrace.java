package io.hive.election.sim;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What happened, one line per event. Off unless somebody asks for it: to write it costs more than
 * to simulate it.
 */
final class SimTrace {
    /** What a line is about. */
    enum Kind {
        FAULT,
        STATE,
        DECISION,
        EFFECT,
        OUTCOME,
        MESSAGE,
        INPUT,
        REDIS,
        NETWORK,
        CLIENT,
        CHECK
    }

    /** One event. {@code who} is a pod's letter, or a dash. */
    record Line(long atNanos, Kind kind, String who, String text) {
        @Override
        public String toString() {
            return String.format(
                    "%10s %-2s %-8s %s", SimTime.seconds(atNanos), who, kind.name(), text);
        }
    }

    private final SimScheduler scheduler;
    private final Set<Kind> kinds;
    private final Consumer<Line> sink;

    private SimTrace(SimScheduler scheduler, Set<Kind> kinds, Consumer<Line> sink) {
        this.scheduler = scheduler;
        this.kinds = kinds;
        this.sink = sink;
    }

    static SimTrace off(SimScheduler scheduler) {
        return new SimTrace(scheduler, EnumSet.noneOf(Kind.class), line -> {});
    }

    static SimTrace of(SimScheduler scheduler, Set<Kind> kinds, Consumer<Line> sink) {
        return new SimTrace(scheduler, EnumSet.copyOf(kinds), sink);
    }

    /** Everything, as text, into this list. */
    static SimTrace into(SimScheduler scheduler, List<String> lines) {
        return of(scheduler, EnumSet.allOf(Kind.class), line -> lines.add(line.toString()));
    }

    /** The last lines alone, for a failure. */
    static SimTrace last(SimScheduler scheduler, List<String> lines, int count) {
        return of(
                scheduler,
                EnumSet.complementOf(EnumSet.of(Kind.MESSAGE, Kind.INPUT, Kind.CLIENT)),
                line -> {
                    lines.add(line.toString());
                    if (lines.size() > 2 * count) {
                        lines.subList(0, count).clear();
                    }
                });
    }

    /** Whether anybody wants to see this. */
    boolean shows(Kind kind) {
        return kinds.contains(kind);
    }

    void log(Kind kind, String who, Supplier<String> text) {
        if (kinds.contains(kind)) {
            sink.accept(new Line(scheduler.now(), kind, who, text.get()));
        }
    }
}
