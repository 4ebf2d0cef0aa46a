package io.hive.proxy.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandSpec;
import io.hive.proxy.command.CommandTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Feeds framers a stream in pieces, and writes down what they tell. */
final class Pieces {
    /** Stands around each piece: what is outside of it must not be looked at. */
    private static final int MARGIN = 9;

    private static final CommandTable TABLE = CommandTable.builtin();

    private Pieces() {}

    /** Where to cut so that each piece but the last has this many bytes. */
    static int[] each(int length, int piece) {
        int[] cuts = new int[Math.max(0, (length - 1) / piece)];
        Arrays.setAll(cuts, i -> (i + 1) * piece);
        return cuts;
    }

    static int[] random(int length, Random random) {
        return random.ints(random.nextInt(6), 0, length + 1).sorted().toArray();
    }

    /**
     * One line for each command and blank, with all that is known of it, one for a fault, and one
     * for the state that the stream ends in.
     *
     * @param cuts where to cut the stream, in ascending order; a cut may be at its ends
     */
    static List<String> requests(byte[] stream, int... cuts) {
        List<String> told = new ArrayList<>();
        RequestFramer framer = new RequestFramer(TABLE);
        int begin = 0;
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : stream.length;
            byte[] in = window(stream, from, to);
            int end = in.length - MARGIN;
            int at = MARGIN;
            RequestFramer.Event event;
            do {
                event = framer.next(in, at, end);
                assertThat(framer.position()).isBetween(at, end);
                assertThat(event == RequestFramer.Event.MORE || framer.position() > at).isTrue();
                at = framer.position();
                int place = from + at - MARGIN;
                switch (event) {
                    case COMMAND -> {
                        told.add(request(framer) + " END " + place);
                        assertThat(framer.size()).isEqualTo(place - begin);
                        assertThat(framer.midCommand()).isFalse();
                        assertThat(Arguments.of(stream, begin, place)).hasSize(framer.words());
                        begin = place;
                    }
                    case BLANK -> {
                        told.add("BLANK " + place);
                        assertThat(Arguments.of(stream, begin, place)).isEmpty();
                        begin = place;
                    }
                    case FAULT -> {
                        told.add(framer.fault() + " AT " + place);
                        return told;
                    }
                    case MORE -> assertThat(at).isEqualTo(end);
                }
            } while (event != RequestFramer.Event.MORE);
            from = to;
        }
        told.add(framer.midCommand() ? "IN " + request(framer) : "DONE");
        return told;
    }

    /** As {@link #requests}, of replies. */
    static List<String> replies(byte[] stream, int... cuts) {
        List<String> told = new ArrayList<>();
        ReplyFramer framer = new ReplyFramer();
        int begin = 0;
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i < cuts.length ? cuts[i] : stream.length;
            byte[] in = window(stream, from, to);
            int end = in.length - MARGIN;
            int at = MARGIN;
            ReplyFramer.Event event;
            do {
                event = framer.next(in, at, end);
                assertThat(framer.position()).isBetween(at, end);
                assertThat(event == ReplyFramer.Event.MORE || framer.position() > at).isTrue();
                at = framer.position();
                int place = from + at - MARGIN;
                switch (event) {
                    case REPLY, PUSH -> {
                        told.add(event + " " + (char) framer.type() + " " + place);
                        assertThat(framer.size()).isEqualTo(place - begin);
                        assertThat(framer.midFrame()).isFalse();
                        begin = place;
                    }
                    case FAULT -> {
                        told.add(framer.fault() + " AT " + place);
                        return told;
                    }
                    case MORE -> assertThat(at).isEqualTo(end);
                }
            } while (event != ReplyFramer.Event.MORE);
            from = to;
        }
        told.add(framer.midFrame() ? "IN " + (framer.type() & 0xff) + " " + framer.size() : "DONE");
        return told;
    }

    private static String request(RequestFramer framer) {
        CommandSpec spec = framer.spec();
        return (spec == null ? "?" : spec.kind().name() + "(" + spec.name() + ")")
                + " "
                + framer.words()
                + (framer.inline() ? " inline " : " ")
                + framer.size();
    }

    private static byte[] window(byte[] stream, int from, int to) {
        byte[] window = new byte[to - from + 2 * MARGIN];
        Arrays.fill(window, (byte) '1');
        System.arraycopy(stream, from, window, MARGIN, to - from);
        return window;
    }
}
