package io.hive.core.settings;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the variables that look like settings and are none: probably misspelt. */
final class UnknownVariables {
    private static final Set<String> KNOWN =
            Arrays.stream(Setting.values()).map(Setting::variable).collect(Collectors.toSet());

    /** Of the launcher and of the benchmarks that it starts. */
    private static final Set<String> OTHERS =
            Set.of("HIVE_JAVA_HOME", "HIVE_JAVA_OPTS", "HIVE_ROOT");

    private final List<String> unknown;

    UnknownVariables(Collection<String> names) {
        unknown =
                names.stream()
                        .filter(name -> name.startsWith("HIVE_"))
                        .filter(name -> !KNOWN.contains(name) && !OTHERS.contains(name))
                        .sorted()
                        .toList();
    }

    List<String> warnings() {
        return unknown.stream()
                .map(name ->
                        name
                                + " is not a setting and has no effect; the nearest is "
                                + nearest(name))
                .toList();
    }

    private static String nearest(String name) {
        return KNOWN.stream()
                .min(
                        Comparator.comparingInt((String known) -> distance(name, known))
                                .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    /** Letters to insert, delete or replace to make one the other. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int[] row = new int[to.length() + 1];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int replaced = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[to.length()];
    }
}
