package io.hive.proxy.cli;

import io.hive.core.node.NodeId;
import io.hive.proxy.admin.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A status as a table for a person. */
final class StatusTable {
    private static final List<String> HEADINGS =
            List.of(
                    "", "MEMBER", "STATE", "SINCE", "HEARD", "REDIS", "ROLE", "LINK", "OFFSET",
                    "LAG", "KEYS");

    /** Numbers are set to the right. */
    private static final int FIRST_NUMBER = 8;

    /** The default peer timeout, and half of it again. */
    private static final long SILENT_MILLIS = 1500;

    private static final int CHANGES = 5;
    private static final int WIDTH = 100;

    private StatusTable() {}

    /**
     * The lines of the table.
     *
     * @param now the time on the wall clock, to say for how long things have been so
     */
    static List<String> lines(Status status, Instant now) {
        return toned(status, now).stream().map(Line::text).toList();
    }

    /** What a line says. */
    enum Tone {
        PLAIN,
        /** It names the columns. */
        HEADING,
        /** The leader. */
        LEADER,
        /** Something is wrong. */
        TROUBLE
    }

    /** One line, without colour, and which it should have. */
    record Line(String text, Tone tone) {}

    /** The same with what each line says, for a terminal that has colours. */
    static List<Line> toned(Status status, Instant now) {
        List<Line> lines = new ArrayList<>();
        Tone head = status.leader() == null ? Tone.TROUBLE : Tone.PLAIN;
        lines.add(new Line(Printable.line(headline(status), WIDTH), head));
        if (status.leader() == null && !status.waitingFor().isEmpty()) {
            lines.add(
                    new Line(
                            Printable.line("nobody leads: " + status.waitingFor(), WIDTH),
                            Tone.TROUBLE));
        }
        lines.add(plain(""));
        List<String> table = table(status, now);
        lines.add(new Line(table.getFirst(), Tone.HEADING));
        for (int i = 1; i < table.size(); i++) {
            lines.add(new Line(table.get(i), tone(status, status.members().get(i - 1))));
        }
        lines.add(plain(""));
        Status.Relay relay = status.relay();
        lines.add(
                plain(
                        "relay of "
                                + status.self()
                                + ": clients "
                                + relay.clients()
                                + ", lanes "
                                + relay.lanes()
                                + ", pinned "
                                + relay.pinned()
                                + ", parked "
                                + relay.parked()));
        Status.Reads reads = status.reads();
        if (reads != null) {
            lines.add(plain(Printable.line(reads(reads), WIDTH)));
        }
        status.history().stream()
                .limit(CHANGES)
                .forEach(change ->
                        lines.add(
                                new Line(
                                        Printable.line(change(change, now), WIDTH),
                                        change.lostBytes() > 0 ? Tone.TROUBLE : Tone.PLAIN)));
        return lines;
    }

    private static String reads(Status.Reads reads) {
        String redis = reads.redis();
        Long lag = reads.lagMillis();
        return "reads on port "
                + reads.port()
                + ": "
                + (redis == null
                        ? "served by nobody, " + reads.reason()
                        : reads.servedBy() + " " + redis)
                + (lag == null ? "" : ", lag up to " + lag + " ms")
                + ", clients "
                + reads.clients()
                + ", parked "
                + reads.parked();
    }

    private static Line plain(String text) {
        return new Line(text, Tone.PLAIN);
    }

    private static Tone tone(Status status, Status.Node member) {
        if (member.address().equals(status.leader())) {
            return Tone.LEADER;
        }
        Long heard = member.lastHeardMillis();
        boolean silent = heard == null || heard > SILENT_MILLIS;
        return silent || member.redis() == null || member.redis().link() == Status.Link.DOWN
                ? Tone.TROUBLE
                : Tone.PLAIN;
    }

    private static String headline(Status status) {
        NodeId leader = status.leader();
        return "hive '"
                + status.cluster()
                + "', epoch "
                + status.epoch()
                + ", "
                + (leader == null ? "no leader" : "led by " + leader)
                + ", as "
                + status.self()
                + " sees it";
    }

    private static List<String> table(Status status, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADINGS);
        for (Status.Node member : status.members()) {
            rows.add(row(status, member, now));
        }
        int[] widths = new int[HEADINGS.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> joined(row, widths)).toList();
    }

    private static List<String> row(Status status, Status.Node member, Instant now) {
        List<String> row = new ArrayList<>(HEADINGS.size());
        row.add(member.address().equals(status.leader()) ? "*" : "");
        row.add(member.address().toString());
        row.add(member.state().name());
        row.add(ago(member.since(), now));
        row.add(heard(member.lastHeardMillis()));
        Status.Redis redis = member.redis();
        if (redis == null) {
            for (int i = row.size(); i < HEADINGS.size(); i++) {
                row.add("-");
            }
            return row;
        }
        boolean besideIt = redis.host().equals(member.address().address().toString());
        row.add(Printable.line(besideIt ? ":" + redis.port() : redis.host() + ":" + redis.port()));
        row.add(word(redis.role()));
        row.add(redis.loading() ? "loading" : word(redis.link()));
        row.add(Long.toString(redis.offset()));
        Long lag = redis.lagBytes();
        row.add(lag == null ? "?" : Long.toString(lag));
        row.add(Long.toString(redis.keys()));
        return row;
    }

    private static String joined(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - row.get(i).length());
            line.append(i == 0 ? "" : i == 1 ? " " : "  ");
            line.append(i >= FIRST_NUMBER ? padding + row.get(i) : row.get(i) + padding);
        }
        return line.toString().stripTrailing();
    }

    private static String change(Status.Change change, Instant now) {
        return ago(change.at(), now)
                + " ago, epoch "
                + change.epoch()
                + ": "
                + text(change.from())
                + " -> "
                + text(change.to())
                + (change.lostBytes() > 0 ? ", lost " + change.lostBytes() + " bytes" : "")
                + ", "
                + change.reason();
    }

    private static String text(@Nullable String value) {
        return value == null ? "nobody" : value;
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String heard(@Nullable Long millis) {
        if (millis == null) {
            return "never";
        }
        return millis < 10_000 ? millis + "ms" : length(Duration.ofMillis(millis));
    }

    /** Clocks differ between machines: what lies ahead is now. */
    private static String ago(@Nullable Instant since, Instant now) {
        if (since == null) {
            return "-";
        }
        Duration length = Duration.between(since, now).truncatedTo(ChronoUnit.SECONDS);
        return length(length.isNegative() ? Duration.ZERO : length);
    }

    /** Two units at most: 12s, 3m 4s, 5h 6m, 7d 8h. */
    private static String length(Duration length) {
        if (length.toDays() > 0) {
            return length.toDays() + "d " + length.toHoursPart() + "h";
        }
        if (length.toHours() > 0) {
            return length.toHours() + "h " + length.toMinutesPart() + "m";
        }
        if (length.toMinutes() > 0) {
            return length.toMinutes() + "m " + length.toSecondsPart() + "s";
        }
        return length.toSeconds() + "s";
    }
}
