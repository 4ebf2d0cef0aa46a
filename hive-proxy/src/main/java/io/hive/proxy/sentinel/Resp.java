package io.hive.proxy.sentinel;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Map;

/** Writes replies in the protocol version that the client asked for. */
final class Resp {
    private final ByteBuf out;
    private final int version;

    Resp(ByteBuf out, int version) {
        this.out = out;
        this.version = version;
    }

    Resp ok() {
        return simple("OK");
    }

    Resp simple(String text) {
        return line('+', oneLine(text));
    }

    /** An error; the text begins with its code. */
    Resp error(String text) {
        return line('-', oneLine(text));
    }

    Resp integer(long value) {
        return line(':', Long.toString(value));
    }

    Resp bulk(String text) {
        line('$', Integer.toString(ByteBufUtil.utf8Bytes(text)));
        ByteBufUtil.writeUtf8(out, text);
        ByteBufUtil.writeAscii(out, "\r\n");
        return this;
    }

    Resp array(int length) {
        return line('*', Integer.toString(length));
    }

    /** A message that answers nothing. */
    Resp push(int length) {
        return line(version == 3 ? '>' : '*', Integer.toString(length));
    }

    Resp nothing() {
        return version == 3 ? line('_', "") : line('$', "-1");
    }

    Resp nothingOfAnArray() {
        return version == 3 ? line('_', "") : line('*', "-1");
    }

    /** Names and values: a map, or in the older protocol an array of both in turn. */
    Resp map(Map<String, String> fields) {
        if (version == 3) {
            line('%', Integer.toString(fields.size()));
        } else {
            array(2 * fields.size());
        }
        fields.forEach((name, value) -> bulk(name).bulk(value));
        return this;
    }

    /** The start of a map whose values are not all texts. */
    Resp mapOf(int pairs) {
        return version == 3 ? line('%', Integer.toString(pairs)) : array(2 * pairs);
    }

    private Resp line(char type, String text) {
        out.writeByte(type);
        ByteBufUtil.writeUtf8(out, text);
        ByteBufUtil.writeAscii(out, "\r\n");
        return this;
    }

    /** What a client sent may be part of the text, and must not begin another reply. */
    private static String oneLine(String text) {
        return text.replace('\r', ' ').replace('\n', ' ');
    }
}
