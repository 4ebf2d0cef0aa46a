import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Seconds, by fault and by system; printed as a table and written as JSON. */
final class Results {
    private final Map<Fault, Map<String, List<Double>>> seconds = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    void add(Fault fault, String system, double value) {
        seconds.computeIfAbsent(fault, _ -> new LinkedHashMap<>())
                .computeIfAbsent(system, _ -> new ArrayList<>())
                .add(value);
    }

    /** Something that a reader of the table must know. */
    void note(String text) {
        if (!notes.contains(text)) {
            notes.add(text);
        }
    }

    void print(PrintStream out) {
        out.printf(
                "%nseconds without an acknowledged write, until the last surviving client is"
                        + " served%n%-16s %-34s %7s %8s %8s %8s%n",
                "the leader's", "system", "rounds", "median", "worst", "goal");
        for (Fault fault : Fault.values()) {
            seconds.getOrDefault(fault, Map.of())
                    .forEach(
                            (system, values) ->
                                    out.printf(
                                            Locale.ROOT,
                                            "%-16s %-34s %7d %8.3f %8.3f %8s%n",
                                            fault.title,
                                            system,
                                            values.size(),
                                            median(values),
                                            worst(values),
                                            system.equals("Hive") ? fault.goalSeconds : ""));
        }
        notes.forEach(note -> out.println("note: " + note));
    }

    void write(Path file, Map<String, String> head) throws IOException {
        try (JsonGenerator json =
                new JsonFactory().createGenerator(file.toFile(), JsonEncoding.UTF8)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            for (Map.Entry<String, String> entry : head.entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
            }
            json.writeArrayFieldStart("results");
            for (Map.Entry<Fault, Map<String, List<Double>>> ofFault : seconds.entrySet()) {
                for (Map.Entry<String, List<Double>> entry : ofFault.getValue().entrySet()) {
                    json.writeStartObject();
                    json.writeStringField("fault", ofFault.getKey().option);
                    json.writeStringField("system", entry.getKey());
                    json.writeNumberField("goalSeconds", ofFault.getKey().goalSeconds);
                    json.writeNumberField("medianSeconds", median(entry.getValue()));
                    json.writeNumberField("worstSeconds", worst(entry.getValue()));
                    json.writeArrayFieldStart("seconds");
                    for (double value : entry.getValue()) {
                        json.writeNumber(value);
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                }
            }
            json.writeEndArray();
            json.writeArrayFieldStart("notes");
            for (String note : notes) {
                json.writeString(note);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static double worst(List<Double> values) {
        return values.stream().mapToDouble(v -> v).max().orElse(Double.NaN);
    }

    private static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
