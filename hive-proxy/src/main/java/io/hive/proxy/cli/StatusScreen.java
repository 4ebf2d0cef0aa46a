package io.hive.proxy.cli;

import io.hive.proxy.admin.Status;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Prints a status, once or again and again: on a terminal in colour, and each over the one before.
 *
 * <p>The sequences are those that every terminal of the last decades knows, tmux and screen among
 * them.
 */
final class StatusScreen {
    private static final String ESCAPE = "\u001b[";
    private static final String RESET = ESCAPE + "0m";

    /** Another screen, without a cursor and without the wrapping of long lines. */
    private static final String BEGIN = ESCAPE + "?1049h" + ESCAPE + "?25l" + ESCAPE + "?7l";

    private static final String END = ESCAPE + "?7h" + ESCAPE + "?25h" + ESCAPE + "?1049l";
    private static final String HOME = ESCAPE + "H";
    private static final String REST_OF_LINE = ESCAPE + "K";
    private static final String REST_OF_SCREEN = ESCAPE + "J";

    private final PrintWriter out;
    private final boolean terminal;

    StatusScreen(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    void print(Status status) {
        lines(status).forEach(out::println);
        out.flush();
    }

    /** Takes the whole terminal, if it is one. */
    void begin() {
        if (terminal) {
            out.print(BEGIN);
            out.flush();
        }
    }

    /** Gives it back as it was. */
    void end() {
        if (terminal) {
            out.print(END);
            out.flush();
        }
    }

    void redraw(Status status) {
        redraw(lines(status));
    }

    /** Shows a line in the place of the table. */
    void redraw(String line) {
        redraw(List.of(line));
    }

    private void redraw(List<String> lines) {
        if (!terminal) {
            lines.forEach(out::println);
            out.println();
            out.flush();
            return;
        }
        List<String> all = new ArrayList<>(lines);
        all.add("");
        all.add("each second anew; Ctrl-C ends it");
        StringBuilder screen = new StringBuilder(HOME);
        all.forEach(line -> screen.append(line).append(REST_OF_LINE).append("\r\n"));
        // In one piece, so that nothing half drawn shows.
        out.print(screen.append(REST_OF_SCREEN));
        out.flush();
    }

    private List<String> lines(Status status) {
        Stream<StatusTable.Line> lines = StatusTable.toned(status, Instant.now()).stream();
        return lines.map(line -> terminal ? coloured(line) : line.text()).toList();
    }

    private static String coloured(StatusTable.Line line) {
        return switch (line.tone()) {
            case PLAIN -> line.text();
            case HEADING -> ESCAPE + "1m" + line.text() + RESET;
            case LEADER -> ESCAPE + "32m" + line.text() + RESET;
            case TROUBLE -> ESCAPE + "31m" + line.text() + RESET;
        };
    }
}
