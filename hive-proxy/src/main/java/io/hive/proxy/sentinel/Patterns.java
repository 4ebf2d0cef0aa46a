package io.hive.proxy.sentinel;

/** Redis's patterns of channel names. */
final class Patterns {
    private Patterns() {}

    /** Whether a name fits a pattern of {@code ?}, {@code *}, {@code [a-c]} and {@code \}. */
    static boolean fits(String pattern, String name) {
        return fits(pattern, 0, name, 0);
    }

    private static boolean fits(String pattern, int from, String name, int begin) {
        int p = from;
        int n = begin;
        int starBehind = -1;
        int starName = -1;
        while (n < name.length()) {
            int width = p < pattern.length() ? one(pattern, p, name.charAt(n)) : 0;
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                starBehind = ++p;
                starName = n;
            } else if (width > 0) {
                p += width;
                n++;
            } else if (starBehind >= 0) {
                p = starBehind;
                n = ++starName;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** How much of the pattern one letter takes; 0 if it does not fit. */
    private static int one(String pattern, int at, char letter) {
        return switch (pattern.charAt(at)) {
            case '?' -> 1;
            case '\\' ->
                    at + 1 < pattern.length()
                            ? (pattern.charAt(at + 1) == letter ? 2 : 0)
                            : (letter == '\\' ? 1 : 0);
            case '[' -> oneOf(pattern, at, letter);
            default -> pattern.charAt(at) == letter ? 1 : 0;
        };
    }

    private static int oneOf(String pattern, int at, char letter) {
        int i = at + 1;
        boolean not = i < pattern.length() && pattern.charAt(i) == '^';
        if (not) {
            i++;
        }
        boolean found = false;
        while (i < pattern.length() && pattern.charAt(i) != ']') {
            if (pattern.charAt(i) == '\\' && i + 1 < pattern.length()) {
                i++;
                found |= pattern.charAt(i) == letter;
            } else if (i + 2 < pattern.length() && pattern.charAt(i + 1) == '-') {
                char low = (char) Math.min(pattern.charAt(i), pattern.charAt(i + 2));
                char high = (char) Math.max(pattern.charAt(i), pattern.charAt(i + 2));
                found |= low <= letter && letter <= high;
                i += 2;
            } else {
                found |= pattern.charAt(i) == letter;
            }
            i++;
        }
        int width = Math.min(i + 1, pattern.length()) - at;
        return found != not ? width : 0;
    }
}
