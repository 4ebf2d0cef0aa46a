package io.hive.proxy.relay;

import java.util.ArrayList;
import java.util.List;

/**
 * One reply or push of RESP2 or RESP3, with nothing lost: its bytes can be written out again. Text
 * is one character a byte.
 *
 * @param head its first line, without the line end
 * @param body what follows the line of a bulk, without the line end
 * @param parts of an aggregate, in order, keys and values alike; an attribute has what it belongs
 *     to as its last part
 */
record Reply(String head, String body, List<Reply> parts) {
    Reply {
        parts = List.copyOf(parts);
    }

    char type() {
        return head.charAt(0);
    }

    boolean isPush() {
        return type() == '>';
    }

    boolean isError() {
        return type() == '-' || type() == '!';
    }

    /** The error's first word, or nothing if it is none. */
    String code() {
        return type() == '-' ? head.substring(1).split(" ", 2)[0] : "";
    }

    /** The text of a bulk, a simple string or an error, the digits of a number. */
    String text() {
        return isBulk() ? body : head.substring(1);
    }

    boolean isNull() {
        return head.equals("$-1") || head.equals("*-1") || head.equals("_");
    }

    boolean isBulk() {
        return "$=!".indexOf(type()) >= 0 && !head.equals("$-1");
    }

    /** The bytes as they came. */
    String raw() {
        StringBuilder raw = new StringBuilder();
        write(raw);
        return raw.toString();
    }

    /** The bytes, with the parts of aggregates in an order that does not depend on the server's. */
    String sorted() {
        if (parts.isEmpty()) {
            return raw();
        }
        List<String> each = new ArrayList<>();
        parts.forEach(part -> each.add(part.sorted()));
        each.sort(null);
        return head + each;
    }

    /** The bytes, with each number that is not negative as {@code #}. */
    String withoutNumbers() {
        boolean number = head.matches("[:,(](?!-).*");
        StringBuilder text = new StringBuilder(number ? type() + "#" : head + "\n" + body);
        parts.forEach(part -> text.append(part.withoutNumbers()));
        return text.toString();
    }

    /** The types alone, and how many parts each aggregate has; errors are whole. */
    String shape() {
        if (isError() || isNull()) {
            return raw();
        }
        StringBuilder text = new StringBuilder(parts.isEmpty() ? "" + type() : head);
        parts.forEach(part -> text.append(part.shape()));
        return text.toString();
    }

    private void write(StringBuilder raw) {
        raw.append(head).append("\r\n");
        if (isBulk()) {
            raw.append(body).append("\r\n");
        }
        parts.forEach(part -> part.write(raw));
    }

    /** As a person reads it, cut after a while. */
    @Override
    public String toString() {
        String text = Printed.of(raw());
        return text.length() > 400 ? text.substring(0, 400) + "… " + text.length() : text;
    }
}
