package io.hive.proxy.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.hive.core.message.HandoffResult;
import io.hive.core.node.NodeId;
import io.hive.core.node.NodeState;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The status as JSON: what {@code /api/status} answers, and what the command line reads. */
public final class StatusJson {
    private static final JsonFactory FACTORY = new JsonFactory();

    private StatusJson() {}

    /** The status as one line of JSON. */
    public static String write(Status status) {
        return made(json -> write(json, status, true));
    }

    /** The same without its history, which is long and changes rarely. */
    static String writeState(Status status) {
        return made(json -> write(json, status, false));
    }

    /** The history alone. */
    static String writeHistory(Status status) {
        return made(json -> {
            json.writeStartArray();
            for (Status.Change change : status.history()) {
                write(json, change);
            }
            json.writeEndArray();
        });
    }

    /** The last minutes. */
    static String write(Graph graph) {
        return made(json -> {
            json.writeStartObject();
            json.writeNumberField("endMillis", graph.endMillis());
            json.writeNumberField("stepMillis", graph.stepMillis());
            json.writeArrayFieldStart("lines");
            for (Graph.Line line : graph.lines()) {
                json.writeStartObject();
                json.writeStringField("member", line.member());
                values(json, "commands", line.commands());
                values(json, "median", line.median());
                values(json, "p99", line.p99());
                values(json, "clients", line.clients());
                values(json, "lag", line.lag());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void values(JsonGenerator json, String name, List<Long> values)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (Long value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }

    private interface Writing {
        void to(JsonGenerator json) throws IOException;
    }

    private static String made(Writing writing) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a StringWriter does not fail", e);
        }
        return text.toString();
    }

    /** What a planned change of master ended in. */
    static String write(HandoffResult result) {
        return made(json -> {
            json.writeStartObject();
            json.writeStringField("from", String.valueOf(result.from()));
            json.writeStringField("to", String.valueOf(result.to()));
            json.writeNumberField("pausedMillis", result.pausedMicros() / 1000.0);
            json.writeNumberField("epoch", result.epoch());
            json.writeEndObject();
        });
    }

    /** An object of texts, for answers that are not a status. */
    static String object(String... namesAndValues) {
        return made(json -> {
            json.writeStartObject();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                json.writeStringField(namesAndValues[i], namesAndValues[i + 1]);
            }
            json.writeEndObject();
        });
    }

    /**
     * Reads what {@link #write(Status)} wrote, in this version or a later one: names that are not
     * known are skipped.
     *
     * @throws IllegalArgumentException if it is not a status
     */
    public static Status read(String text) {
        JsonNode json = JsonNode.parse(text);
        return new Status(
                NodeId.parse(json.text("self"), 0),
                json.text("cluster"),
                constant(NodeState.class, json.text("state")),
                optional(json.optionalText("leader"), leader -> NodeId.parse(leader, 0)),
                json.number("epoch"),
                optional(
                        json.optional("master"),
                        master ->
                                new Status.Master(
                                        master.text("host"), (int) master.number("port"))),
                all(json.list("members"), StatusJson::member),
                relay(json.child("relay")),
                all(json.list("history"), StatusJson::change),
                optionalOr(json.optionalText("waitingFor"), ""),
                optional(json.optional("salvage"), StatusJson::salvage),
                optional(json.optional("reads"), StatusJson::reads),
                optional(json.optional("reign"), StatusJson::reign));
    }

    // ---- writing ----

    private static void write(JsonGenerator json, Status status, boolean history)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("self", status.self().toString());
        json.writeStringField("cluster", status.cluster());
        json.writeStringField("state", status.state().name());
        json.writeStringField("leader", text(status.leader()));
        json.writeNumberField("epoch", status.epoch());
        Status.Master master = status.master();
        if (master == null) {
            json.writeNullField("master");
        } else {
            json.writeObjectFieldStart("master");
            json.writeStringField("host", master.host());
            json.writeNumberField("port", master.port());
            json.writeEndObject();
        }
        json.writeArrayFieldStart("members");
        for (Status.Node member : status.members()) {
            write(json, member);
        }
        json.writeEndArray();
        json.writeObjectFieldStart("relay");
        json.writeNumberField("clients", status.relay().clients());
        json.writeNumberField("lanes", status.relay().lanes());
        json.writeNumberField("pinned", status.relay().pinned());
        json.writeNumberField("parked", status.relay().parked());
        json.writeEndObject();
        if (history) {
            json.writeArrayFieldStart("history");
            for (Status.Change change : status.history()) {
                write(json, change);
            }
            json.writeEndArray();
        }
        json.writeStringField("waitingFor", status.waitingFor());
        write(json, status.salvage());
        write(json, status.reads());
        Status.Reign reign = status.reign();
        if (reign != null) {
            json.writeObjectFieldStart("reign");
            json.writeStringField("since", reign.since().toString());
            json.writeStringField("cause", reign.cause());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Status.Node member) throws IOException {
        json.writeStartObject();
        json.writeStringField("address", member.address().toString());
        json.writeStringField("state", member.state().name());
        json.writeStringField("since", text(member.since()));
        number(json, "lastHeardMillis", member.lastHeardMillis());
        Status.Redis redis = member.redis();
        if (redis == null) {
            json.writeNullField("redis");
        } else {
            json.writeObjectFieldStart("redis");
            json.writeStringField("host", redis.host());
            json.writeNumberField("port", redis.port());
            json.writeStringField("role", word(redis.role()));
            json.writeStringField("link", word(redis.link()));
            json.writeNumberField("offset", redis.offset());
            number(json, "lagBytes", redis.lagBytes());
            json.writeBooleanField("loading", redis.loading());
            json.writeStringField("replicationId", redis.replicationId());
            json.writeNumberField("keys", redis.keys());
            json.writeEndObject();
        }
        Status.Vitals vitals = member.vitals();
        if (vitals != null) {
            json.writeObjectFieldStart("vitals");
            json.writeNumberField("clients", vitals.clients());
            json.writeNumberField("parked", vitals.parked());
            json.writeNumberField("commandsPerSecond", vitals.commandsPerSecond());
            json.writeNumberField("medianMicros", vitals.medianMicros());
            json.writeNumberField("p99Micros", vitals.p99Micros());
            json.writeNumberField("adminPort", vitals.adminPort());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Status.Change change) throws IOException {
        json.writeStartObject();
        json.writeStringField("at", change.at().toString());
        json.writeStringField("from", change.from());
        json.writeStringField("to", change.to());
        json.writeStringField("reason", change.reason());
        json.writeNumberField("epoch", change.epoch());
        json.writeNumberField("lostBytes", change.lostBytes());
        if (change.cause() != null) {
            json.writeStringField("cause", change.cause());
        }
        Status.Dropped dropped = change.dropped();
        if (dropped != null) {
            json.writeObjectFieldStart("dropped");
            json.writeStringField("by", dropped.by());
            json.writeNumberField("keys", dropped.keys());
            number(json, "writes", dropped.writes());
            number(json, "bytes", dropped.bytes());
            json.writeStringField("file", dropped.file());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Status.@Nullable Salvage salvage)
            throws IOException {
        if (salvage == null) {
            json.writeNullField("salvage");
            return;
        }
        json.writeObjectFieldStart("salvage");
        json.writeStringField("directory", salvage.directory());
        json.writeNumberField("files", salvage.files());
        json.writeNumberField("failures", salvage.failures());
        json.writeStringField("lastFile", salvage.lastFile());
        json.writeStringField("lastFailure", salvage.lastFailure());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Status.@Nullable Reads reads) throws IOException {
        if (reads == null) {
            json.writeNullField("reads");
            return;
        }
        json.writeObjectFieldStart("reads");
        json.writeNumberField("port", reads.port());
        json.writeStringField("servedBy", reads.servedBy());
        json.writeStringField("redis", reads.redis());
        number(json, "lagMillis", reads.lagMillis());
        json.writeStringField("reason", reads.reason());
        json.writeNumberField("clients", reads.clients());
        json.writeNumberField("parked", reads.parked());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, @Nullable Long value)
            throws IOException {
        if (value == null) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    // ---- reading ----

    private static Status.Reads reads(JsonNode json) {
        return new Status.Reads(
                (int) json.number("port"),
                json.text("servedBy"),
                json.optionalText("redis"),
                json.optionalNumber("lagMillis"),
                json.text("reason"),
                (int) json.number("clients"),
                json.number("parked"));
    }

    private static Status.Node member(JsonNode json) {
        return new Status.Node(
                NodeId.parse(json.text("address"), 0),
                constant(NodeState.class, json.text("state")),
                optional(json.optionalText("since"), StatusJson::instant),
                json.optionalNumber("lastHeardMillis"),
                optional(json.optional("redis"), StatusJson::redis),
                optional(json.optional("vitals"), StatusJson::vitals));
    }

    private static Status.Redis redis(JsonNode json) {
        return new Status.Redis(
                json.text("host"),
                (int) json.number("port"),
                constant(Status.Role.class, json.text("role")),
                constant(Status.Link.class, json.text("link")),
                json.number("offset"),
                json.optionalNumber("lagBytes"),
                json.flag("loading"),
                json.optionalText("replicationId"),
                json.number("keys"));
    }

    private static Status.Vitals vitals(JsonNode json) {
        return new Status.Vitals(
                (int) json.number("clients"),
                (int) json.number("parked"),
                (int) json.number("commandsPerSecond"),
                (int) json.number("medianMicros"),
                (int) json.number("p99Micros"),
                (int) json.number("adminPort"));
    }

    private static Status.Reign reign(JsonNode json) {
        return new Status.Reign(instant(json.text("since")), json.text("cause"));
    }

    private static Status.Relay relay(JsonNode json) {
        return new Status.Relay(
                (int) json.number("clients"),
                (int) json.number("lanes"),
                (int) json.number("pinned"),
                json.number("parked"));
    }

    private static Status.Change change(JsonNode json) {
        return new Status.Change(
                instant(json.text("at")),
                json.optionalText("from"),
                json.optionalText("to"),
                json.text("reason"),
                json.number("epoch"),
                json.number("lostBytes"),
                optional(json.optional("dropped"), StatusJson::dropped),
                json.optionalText("cause"));
    }

    private static Status.Dropped dropped(JsonNode json) {
        return new Status.Dropped(
                json.text("by"),
                json.number("keys"),
                json.optionalNumber("writes"),
                json.optionalNumber("bytes"),
                json.optionalText("file"));
    }

    private static Status.Salvage salvage(JsonNode json) {
        return new Status.Salvage(
                json.text("directory"),
                json.number("files"),
                json.number("failures"),
                json.optionalText("lastFile"),
                json.optionalText("lastFailure"));
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("expected a time, got '" + text + "'", e);
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String text) {
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }

    private static <T, R> @Nullable R optional(@Nullable T value, Function<T, R> then) {
        return value == null ? null : then.apply(value);
    }

    private static String optionalOr(@Nullable String value, String fallback) {
        return value == null ? fallback : value;
    }

    private static <R> List<R> all(List<JsonNode> nodes, Function<JsonNode, R> reader) {
        List<R> all = new ArrayList<>(nodes.size());
        nodes.forEach(node -> all.add(reader.apply(node)));
        return all;
    }
}
