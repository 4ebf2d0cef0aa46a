package io.hive.proxy.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object that was read, asked for its members by name and kind. What has another kind, or is
 * not there and has to be, is an {@link IllegalArgumentException} that names it.
 */
final class JsonNode {
    /** A status has four levels; more is something else. */
    private static final int DEEPEST = 16;

    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                    .build();

    private final Map<String, @Nullable Object> members;

    private JsonNode(Map<String, @Nullable Object> members) {
        this.members = members;
    }

    static JsonNode parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("expected a JSON object");
            }
            JsonNode node = object(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("expected nothing after the JSON object");
            }
            return node;
        } catch (IOException e) {
            throw new IllegalArgumentException("expected a JSON object", e);
        }
    }

    String text(String name) {
        return need(name, optionalText(name));
    }

    @Nullable String optionalText(String name) {
        return member(name, String.class);
    }

    long number(String name) {
        return need(name, optionalNumber(name));
    }

    @Nullable Long optionalNumber(String name) {
        return member(name, Long.class);
    }

    /** A number, whole or not. */
    double decimal(String name) {
        return need(name, member(name, Number.class)).doubleValue();
    }

    boolean flag(String name) {
        return need(name, member(name, Boolean.class));
    }

    JsonNode child(String name) {
        return need(name, optional(name));
    }

    @Nullable JsonNode optional(String name) {
        return member(name, JsonNode.class);
    }

    List<JsonNode> list(String name) {
        List<JsonNode> nodes = new ArrayList<>();
        for (Object element : need(name, member(name, List.class))) {
            if (!(element instanceof JsonNode node)) {
                throw new IllegalArgumentException("expected objects in '" + name + "'");
            }
            nodes.add(node);
        }
        return nodes;
    }

    private <T> @Nullable T member(String name, Class<T> kind) {
        Object value = members.get(name);
        if (value == null) {
            return null;
        }
        if (!kind.isInstance(value)) {
            throw new IllegalArgumentException(
                    "expected '" + name + "' to be of another kind, got '" + value + "'");
        }
        return kind.cast(value);
    }

    private static <T> T need(String name, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("expected '" + name + "', and it is missing");
        }
        return value;
    }

    private static JsonNode object(JsonParser parser) throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        return new JsonNode(members);
    }

    private static List<@Nullable Object> array(JsonParser parser) throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser));
        }
        return elements;
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IllegalArgumentException("expected a JSON value");
        };
    }
}
