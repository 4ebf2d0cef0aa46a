package io.hive.election.sim;

import java.util.ArrayList;
import java.util.List;

/**
 * A scenario as text: a comment, then blocks of commands, {@code ----}, and what they lead to, with
 * a blank line between blocks.
 *
 * @param comment the lines at the start that begin with {@code #}
 */
record ScenarioFile(List<String> comment, List<Block> blocks) {
    private static final String DIVIDER = "----";

    /** Commands, and the lines that are expected of them. */
    record Block(List<String> commands, List<String> expected) {}

    static ScenarioFile parse(List<String> lines) {
        List<String> comment = new ArrayList<>();
        List<Block> blocks = new ArrayList<>();
        List<String> commands = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        boolean divided = false;
        for (String line : lines) {
            if (line.startsWith("#") && blocks.isEmpty() && commands.isEmpty()) {
                comment.add(line);
            } else if (line.isBlank()) {
                if (!commands.isEmpty()) {
                    blocks.add(new Block(List.copyOf(commands), List.copyOf(expected)));
                }
                commands.clear();
                expected.clear();
                divided = false;
            } else if (line.equals(DIVIDER)) {
                divided = true;
            } else {
                (divided ? expected : commands).add(line);
            }
        }
        if (!commands.isEmpty()) {
            blocks.add(new Block(List.copyOf(commands), List.copyOf(expected)));
        }
        return new ScenarioFile(List.copyOf(comment), List.copyOf(blocks));
    }

    /** The same commands with what they do lead to. */
    ScenarioFile played() {
        Scenario scenario = new Scenario();
        List<Block> played = new ArrayList<>();
        for (Block block : blocks) {
            played.add(new Block(block.commands(), scenario.play(block.commands())));
        }
        return new ScenarioFile(comment, List.copyOf(played));
    }

    String text() {
        StringBuilder text = new StringBuilder();
        comment.forEach(line -> text.append(line).append('\n'));
        for (Block block : blocks) {
            text.append('\n');
            block.commands().forEach(line -> text.append(line).append('\n'));
            text.append(DIVIDER).append('\n');
            block.expected().forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }
}
