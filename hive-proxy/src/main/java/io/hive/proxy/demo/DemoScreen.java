package io.hive.proxy.demo;

import java.io.PrintWriter;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;

/**
 * What the demo shows. Coloured on a terminal unless NO_COLOR is set; text that comes from
 * elsewhere is never read as a colour. Any thread.
 */
final class DemoScreen {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final PrintWriter out;
    private final Ansi ansi;

    DemoScreen(PrintWriter out, Ansi ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    /** A line. */
    synchronized void line(String text) {
        out.println(text);
        out.flush();
    }

    /** The beginning of a line, while something is under way. */
    synchronized void begin(String text) {
        out.print(text + " ... ");
        out.flush();
    }

    /** A line about something that has just happened. */
    synchronized void event(String text) {
        line(faint(LocalTime.now(ZoneId.systemDefault()).format(TIME)) + "  " + text);
    }

    String bold(String text) {
        return styled("1", text);
    }

    String faint(String text) {
        return styled("2", text);
    }

    String good(String text) {
        return styled("32", text);
    }

    String bad(String text) {
        return styled("31", text);
    }

    /** Seconds, as in "(0.1 s)". */
    static String since(long startedNanos) {
        return String.format(Locale.ROOT, "(%.1f s)", (System.nanoTime() - startedNanos) / 1e9);
    }

    private String styled(String code, String text) {
        return ansi.enabled() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
