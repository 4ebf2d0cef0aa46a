import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Collects the figures; prints them as tables, and as JSON. For one thread. */
final class Report {
    private static final String ROW = "%2s  %-42s";
    private static final String CELL = " %13s";

    /**
     * A line of the first table.
     *
     * @param cells by target
     * @param goal in words; empty if there is none
     * @param met null where nothing can be said
     */
    private record Row(
            int number, String title, Map<String, String> cells, String goal, Boolean met) {}

    private record CpuRow(int number, String title, Map<String, String> cells) {}

    private final List<String> targets;
    private final List<Row> rows = new ArrayList<>();
    private final List<CpuRow> cpuRows = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Map<String, Object> json = new LinkedHashMap<>();
    private final List<Object> cases = new ArrayList<>();

    /**
     * An empty one.
     *
     * @param targets the columns
     * @param head what the JSON begins with
     */
    Report(List<String> targets, Map<String, Object> head) {
        this.targets = List.copyOf(targets);
        json.putAll(head);
        json.put("cases", cases);
    }

    void row(int number, String title, Map<String, String> cells, String goal, Boolean met) {
        rows.add(new Row(number, title, cells, goal, met));
    }

    /** A line below the tables. */
    void note(int number, String text) {
        notes.add("case " + number + ": " + text);
    }

    /** What the JSON says about a row, or several. */
    void details(int number, String title, Map<String, Object> details) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("case", number);
        all.put("title", title);
        all.putAll(details);
        cases.add(all);
    }

    /** A line of the second table: what a request costs each process. */
    void cpu(int number, Rounds rounds, List<Target> of) {
        Map<String, String> cells = new LinkedHashMap<>();
        for (Target target : of) {
            List<Sample> samples = rounds.of(target);
            String redis = micros(samples, Sample::redisMicros);
            String proxy = target.isDirect() ? "" : "+" + micros(samples, Sample::proxyMicros);
            String cell = redis + proxy + " | " + micros(samples, Sample::clientMicros);
            if (targets.contains(target.name())) {
                cells.put(target.name(), cell);
            } else {
                cpuRows.add(new CpuRow(number, "  " + target.name(), Map.of(Relay.HIVE, cell)));
            }
        }
        if (!cells.isEmpty()) {
            cpuRows.add(new CpuRow(number, rounds.load().title(), cells));
        }
    }

    /** Samples of one load: failures for the notes, everything for the JSON. */
    void samples(int number, Rounds rounds, List<Target> of) {
        Map<String, Object> details = new LinkedHashMap<>();
        for (Target target : of) {
            List<Sample> samples = rounds.of(target);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("perSecond", samples.stream().map(Sample::perSecond).toList());
            one.put("p50Millis", samples.stream().map(Sample::p50Millis).toList());
            one.put("p99Millis", samples.stream().map(Sample::p99Millis).toList());
            one.put("redisCpuMicros", samples.stream().map(Sample::redisMicros).toList());
            one.put("proxyCpuMicros", samples.stream().map(Sample::proxyMicros).toList());
            one.put("clientCpuMicros", samples.stream().map(Sample::clientMicros).toList());
            one.put(
                    "medianPerSecond",
                    Stats.median(samples.stream().map(Sample::perSecond).toList()));
            one.put("medianRatio", Stats.median(rounds.ratios(target, of.getFirst())));
            one.put("ratios", rounds.ratios(target, of.getFirst()));
            details.put(target.name(), one);
            String failure = rounds.failure(target);
            if (failure != null) {
                long failed = samples.stream().filter(s -> s.failure() != null).count();
                one.put("failure", failure);
                note(
                        number,
                        rounds.load().title()
                                + ", "
                                + target.name()
                                + ": "
                                + failed
                                + " of "
                                + samples.size()
                                + " measurements failed: "
                                + failure);
            }
        }
        Map<String, Object> load = new LinkedHashMap<>();
        load.put("clients", rounds.load().clients());
        load.put("pipeline", rounds.load().pipeline());
        load.put("bytes", rounds.load().bytes());
        load.put("command", rounds.load().command());
        load.put("targets", details);
        details(number, rounds.load().title(), load);
    }

    void print(PrintStream out) {
        out.println();
        out.println(line(ROW, "", "", targets, Map.of()) + "     goal");
        for (Row row : rows) {
            String met = row.met == null ? "" : row.met ? "met" : "short";
            out.println(
                    line(ROW, "" + row.number, row.title, targets, row.cells)
                            + String.format(" %8s %s", row.goal, met).stripTrailing());
        }
        if (!cpuRows.isEmpty()) {
            out.println();
            out.println("Processor time per request, µs: redis+proxy | redis-benchmark");
            out.println(line(ROW, "", "", targets, Map.of()));
            for (CpuRow row : cpuRows) {
                out.println(line(ROW, "" + row.number, row.title, targets, row.cells));
            }
        }
        if (!notes.isEmpty()) {
            out.println();
            notes.forEach(out::println);
        }
    }

    void write(Path file) throws IOException {
        List<Object> summary = new ArrayList<>();
        for (Row row : rows) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("case", row.number);
            one.put("title", row.title);
            one.put("figures", row.cells);
            one.put("goal", row.goal);
            one.put("met", row.met);
            summary.add(one);
        }
        json.put("table", summary);
        json.put("notes", notes);
        try (JsonGenerator generator =
                new JsonFactory().createGenerator(Files.newBufferedWriter(file))) {
            generator.useDefaultPrettyPrinter();
            write(generator, json);
        }
    }

    /** As {@code %.nf}, the same on every machine; a dash for what is not a number. */
    static String fixed(double figure, int digits) {
        return Double.isNaN(figure) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", figure);
    }

    /** Requests per second for people. */
    static String thousands(double perSecond) {
        return Double.isNaN(perSecond)
                ? "failed"
                : fixed(perSecond / 1000, perSecond < 100_000 ? 1 : 0) + " k/s";
    }

    private static String micros(List<Sample> samples, Function<Sample, Double> figure) {
        double micros = Stats.median(samples.stream().map(figure).toList());
        return fixed(micros, micros < 9.95 ? 1 : 0);
    }

    private static String line(
            String form,
            String number,
            String title,
            List<String> targets,
            Map<String, String> cells) {
        StringBuilder line = new StringBuilder(String.format(form, number, title));
        for (String target : targets) {
            String cell = title.isEmpty() ? target : cells.getOrDefault(target, "");
            line.append(String.format(CELL, cell));
        }
        return line.toString();
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        switch (value) {
            case null -> generator.writeNull();
            case Map<?, ?> map -> {
                generator.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    generator.writeFieldName(entry.getKey().toString());
                    write(generator, entry.getValue());
                }
                generator.writeEndObject();
            }
            case Iterable<?> list -> {
                generator.writeStartArray();
                for (Object item : list) {
                    write(generator, item);
                }
                generator.writeEndArray();
            }
            // JSON has neither NaN nor Infinity.
            case Double d when !Double.isFinite(d) -> generator.writeNull();
            case Double d -> generator.writeNumber(Math.round(d * 10_000) / 10_000.0);
            case Number n -> generator.writeNumber(n.longValue());
            case Boolean b -> generator.writeBoolean(b);
            default -> generator.writeString(value.toString());
        }
    }
}
