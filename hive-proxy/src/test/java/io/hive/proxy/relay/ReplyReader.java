package io.hive.proxy.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts a stream of RESP2 or RESP3 into replies, trusting nothing. For one thread at a time. */
final class ReplyReader {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_LENGTH = 64 << 20;

    private final InputStream in;

    /** Takes a stream, which should be buffered. */
    ReplyReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next reply or push, or null if the stream ends before it.
     *
     * @throws EOFException if the stream ends within it
     * @throws IOException if it is none
     */
    @Nullable Reply next() throws IOException {
        int first = in.read();
        return first < 0 ? null : read(first, 0);
    }

    private Reply read(int first, int depth) throws IOException {
        String head = (char) first + line();
        return switch (first) {
            case '+', '-', ':', '_', ',', '#', '(' -> new Reply(head, "", List.of());
            case '$', '=', '!' -> new Reply(head, bulk(length(head)), List.of());
            case '*', '~', '>' -> new Reply(head, "", parts(length(head), depth));
            case '%' -> new Reply(head, "", parts(2 * length(head), depth));
            case '|' -> new Reply(head, "", parts(2 * length(head) + 1, depth));
            default -> throw new IOException("expected a reply, got '" + Printed.of(head) + "'");
        };
    }

    private List<Reply> parts(int count, int depth) throws IOException {
        if (depth == MAX_DEPTH) {
            throw new IOException("replies nested more than " + MAX_DEPTH + " deep");
        }
        List<Reply> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parts.add(read(byteOrEnd(), depth + 1));
        }
        return parts;
    }

    private String bulk(int length) throws IOException {
        if (length < 0) {
            return "";
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the stream ends within a bulk");
        }
        if (byteOrEnd() != '\r' || byteOrEnd() != '\n') {
            throw new IOException("a bulk of " + length + " bytes has no line end");
        }
        return new String(bytes, ISO_8859_1);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = byteOrEnd(); next != '\r'; next = byteOrEnd()) {
            line.append((char) next);
        }
        if (byteOrEnd() != '\n') {
            throw new IOException("a line end without a line feed");
        }
        return line.toString();
    }

    private int byteOrEnd() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the stream ends within a reply");
        }
        return next;
    }

    private static int length(String head) throws IOException {
        try {
            int length = Integer.parseInt(head.substring(1));
            if (length < -1 || length > MAX_LENGTH) {
                throw new IOException("a length of " + length);
            }
            return length;
        } catch (NumberFormatException e) {
            throw new IOException("expected a length, got '" + Printed.of(head) + "'", e);
        }
    }
}
