package io.hive.proxy.relay;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Replaces {@code $} in a blocking XREAD by the ID that it stands for now. With {@code $} it could
 * not be issued again after a loss without missing what was added meanwhile (relay rule 4).
 */
final class LatestIds {
    private static final String FIELD = "last-generated-id\r\n";

    private final List<byte[]> words;
    private final List<Integer> fresh;
    private final int streams;
    private int answered;

    /**
     * Nothing has to be known of the IDs yet.
     *
     * @param words of the command
     * @param fresh which of them are a {@code $}, as {@link #wanted} says
     */
    LatestIds(List<byte[]> words, List<Integer> fresh) {
        this.words = new ArrayList<>(words);
        this.fresh = fresh;
        streams = (words.size() - keys(words)) / 2;
    }

    /** Which words of a command are a {@code $} in the place of an ID; none if it is malformed. */
    static List<Integer> wanted(List<byte[]> words) {
        int keys = keys(words);
        int named = words.size() - keys;
        List<Integer> wanted = new ArrayList<>(1);
        if (keys < 0 || named % 2 != 0) {
            return wanted;
        }
        for (int i = keys + named / 2; i < words.size(); i++) {
            byte[] id = words.get(i);
            if (id.length == 1 && id[0] == '$') {
                wanted.add(i);
            }
        }
        return wanted;
    }

    private static int keys(List<byte[]> words) {
        for (int i = 1; i < words.size(); i++) {
            if (text(words.get(i)).toUpperCase(Locale.ROOT).equals("STREAMS")) {
                return i + 1;
            }
        }
        return -1;
    }

    /** What Redis has to be asked, one for each. */
    List<byte[]> questions() {
        return fresh.stream()
                .map(i -> Profile.command("XINFO", "STREAM", text(words.get(i - streams))))
                .toList();
    }

    /**
     * The reply to the next question came.
     *
     * @return whether it was the last
     */
    boolean answered(byte[] reply) {
        int at = fresh.get(answered++);
        String text = text(reply);
        int field = text.indexOf(FIELD);
        if (field >= 0) {
            int begin = text.indexOf('\n', field + FIELD.length()) + 1;
            String id = text.substring(begin, text.indexOf('\r', begin));
            words.set(at, id.getBytes(StandardCharsets.ISO_8859_1));
        } else if (text.startsWith("-ERR no such key")) {
            words.set(at, "0-0".getBytes(StandardCharsets.ISO_8859_1));
        }
        return answered == fresh.size();
    }

    /** The command as it is now. */
    byte[] command() {
        return Profile.command(words.stream().map(LatestIds::text).toArray(String[]::new));
    }

    private static String text(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1);
    }
}
