package io.hive.proxy.relay;

import io.hive.proxy.command.Arguments;
import io.hive.proxy.command.CommandKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A command about a session's profile or name, and what it makes of them if Redis accepts it (relay
 * rule 8). Redis has judged the words by then; what this does not understand changes nothing.
 *
 * @param profile the profile that follows
 * @param name the name that follows
 * @param reset whether everything that was tied to the connection ends with it
 */
record Handshake(Profile profile, String name, boolean reset) {
    static Handshake of(
            CommandKind kind, byte[] from, int at, int length, Profile profile, String name) {
        List<byte[]> words = Arguments.of(from, at, at + length);
        return switch (kind) {
            case AUTH -> new Handshake(authenticated(words, profile), name, false);
            case HELLO -> hello(words, profile, name);
            case SELECT -> new Handshake(selected(words, profile), name, false);
            case RESET ->
                    words.size() == 1
                            ? new Handshake(Profile.BLANK, "", true)
                            : new Handshake(profile, name, false);
            case CLIENT_SETNAME ->
                    new Handshake(profile, words.size() == 3 ? text(words.get(2)) : name, false);
            default -> new Handshake(profile, name, false);
        };
    }

    private static Profile authenticated(List<byte[]> words, Profile profile) {
        return switch (words.size()) {
            case 2 -> profile.as(new Credentials("", text(words.get(1))));
            case 3 -> profile.as(new Credentials(text(words.get(1)), text(words.get(2))));
            default -> profile;
        };
    }

    private static Profile selected(List<byte[]> words, Profile profile) {
        return words.size() == 2 ? profile.in(number(words.get(1), profile.database())) : profile;
    }

    private static Handshake hello(List<byte[]> words, Profile profile, String name) {
        Profile next = profile;
        String named = name;
        if (words.size() > 1) {
            next = next.speaking(number(words.get(1), profile.protocol()));
        }
        int i = 2;
        while (i < words.size()) {
            String option = text(words.get(i)).toUpperCase(Locale.ROOT);
            if (option.equals("AUTH") && i + 2 < words.size()) {
                next = next.as(new Credentials(text(words.get(i + 1)), text(words.get(i + 2))));
                i += 3;
            } else if (option.equals("SETNAME") && i + 1 < words.size()) {
                named = text(words.get(i + 1));
                i += 2;
            } else {
                i++;
            }
        }
        return new Handshake(next, named, false);
    }

    private static int number(byte[] word, int otherwise) {
        try {
            return Integer.parseInt(text(word));
        } catch (NumberFormatException _) {
            return otherwise;
        }
    }

    private static String text(byte[] word) {
        return new String(word, StandardCharsets.ISO_8859_1);
    }
}
