package io.hive.proxy.cli;

/** Makes text from elsewhere fit to print: no line break, nothing that steers a terminal. */
final class Printable {
    private Printable() {}

    static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
                .forEach(line::appendCodePoint);
        return line.toString().strip();
    }

    static String line(String text, int longest) {
        String line = line(text);
        return line.length() <= longest ? line : line.substring(0, longest - 3) + "...";
    }
}
