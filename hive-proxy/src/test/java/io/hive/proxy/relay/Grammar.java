package io.hive.proxy.relay;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command with its arguments, as a rule that makes random ones. Words stand for themselves; in
 * angle brackets is the name of what a function makes; {@code ( )} groups, {@code |} parts
 * alternatives, and behind a group {@code ?} is at most once, {@code *} up to three times, {@code
 * +} one to three times.
 */
final class Grammar {
    private static final Pattern TOKEN = Pattern.compile("\\(|\\)[?*+]?|\\||[^\\s()|]+");

    /** Adds words to a command. */
    private interface Part {
        void make(Random random, Function<String, String> maker, List<String> words);
    }

    private final String text;
    private final List<String> tokens = new ArrayList<>();
    private final Part whole;
    private int at;

    Grammar(String text) {
        this.text = text;
        Matcher matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            tokens.add(matcher.group());
        }
        whole = alternatives();
        if (at < tokens.size()) {
            throw new IllegalArgumentException("unbalanced: " + text);
        }
    }

    /** A random command by this rule. */
    List<String> make(Random random, Function<String, String> maker) {
        List<String> words = new ArrayList<>();
        whole.make(random, maker, words);
        return words;
    }

    /** The name of the command that it makes, as the server writes it. */
    String name() {
        return tokens.getFirst().toLowerCase(Locale.ROOT);
    }

    /** The second word, as the server would write the name of a subcommand. */
    String second() {
        return tokens.size() < 2 ? "" : tokens.get(1).toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return text;
    }

    private Part alternatives() {
        List<Part> choices = new ArrayList<>();
        choices.add(sequence());
        while (at < tokens.size() && tokens.get(at).equals("|")) {
            at++;
            choices.add(sequence());
        }
        return (random, maker, words) ->
                choices.get(random.nextInt(choices.size())).make(random, maker, words);
    }

    private Part sequence() {
        List<Part> parts = new ArrayList<>();
        while (at < tokens.size() && !"|)".contains(tokens.get(at).substring(0, 1))) {
            parts.add(part());
        }
        return (random, maker, words) -> parts.forEach(part -> part.make(random, maker, words));
    }

    private Part part() {
        String token = tokens.get(at++);
        if (token.equals("(")) {
            Part group = alternatives();
            if (at == tokens.size()) {
                throw new IllegalArgumentException("unbalanced: " + text);
            }
            return times(group, tokens.get(at++).substring(1));
        }
        if (token.startsWith("<") && token.endsWith(">")) {
            String name = token.substring(1, token.length() - 1);
            return (_, maker, words) -> words.add(maker.apply(name));
        }
        return (_, _, words) -> words.add(token);
    }

    private static Part times(Part group, String how) {
        return (random, maker, words) -> {
            int times =
                    switch (how) {
                        case "?" -> random.nextInt(2);
                        case "*" -> random.nextInt(4);
                        case "+" -> 1 + random.nextInt(3);
                        default -> 1;
                    };
            for (int i = 0; i < times; i++) {
                group.make(random, maker, words);
            }
        };
    }
}
