package io.hive.proxy.cli;

import io.hive.core.settings.Setting;
import io.hive.core.settings.Surroundings;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * The settings as options, made from the table of settings, and redis-hive's options, which are
 * other ways to say the same.
 */
final class SettingOptions {
    private static final Map<Setting, String> SHORT =
            Map.of(
                    Setting.PEER_PORT, "-c",
                    Setting.PROXY_PORT, "-p",
                    Setting.REDIS_PORT, "-r");
    private static final String RESOLVER = "/etc/resolv.conf";
    private static final String PASSWORD_VARIABLE = "-a";
    private static final String MEMBERSHIP = "-m";
    private static final String MEMBERS = "-o";

    private SettingOptions() {}

    /** Adds them all to a command. */
    static void addTo(CommandSpec command) {
        for (Setting setting : Setting.values()) {
            command.addOption(option(setting));
        }
        command.addOption(
                OptionSpec.builder(PASSWORD_VARIABLE)
                        .type(String.class)
                        .paramLabel("VARIABLE")
                        .description(
                                "the environment variable that holds Redis's password (as"
                                        + " redis-hive has it)")
                        .build());
        command.addOption(
                OptionSpec.builder(MEMBERSHIP)
                        .type(String.class)
                        .paramLabel("cluster|localhost")
                        .description(
                                "how the members are found (as redis-hive has it): cluster, by"
                                        + " the DNS name in -o; localhost, all on 127.0.0.1, with"
                                        + " the peer ports in -o, and without the ports for"
                                        + " reading, admin and sentinel unless they are set")
                        .build());
        command.addOption(
                OptionSpec.builder(MEMBERS)
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel("NAME|PORT")
                        .description(
                                "the argument of -m: a DNS name; or peer ports or ip[:port], in"
                                        + " several -o or separated by commas or blanks")
                        .build());
    }

    /**
     * The variables as the options change them.
     *
     * @throws CommandLine.ParameterException if redis-hive's options contradict one another
     */
    static Map<String, String> variables(
            ParseResult parsed, Map<String, String> environment, Surroundings surroundings) {
        Map<String, String> values = new HashMap<>(environment);
        for (Setting setting : Setting.values()) {
            String value = parsed.matchedOptionValue(setting.option(), (String) null);
            if (value != null) {
                values.put(setting.variable(), value);
            }
        }
        String passwordVariable = parsed.matchedOptionValue(PASSWORD_VARIABLE, (String) null);
        if (passwordVariable != null) {
            values.put(
                    Setting.REDIS_PASSWORD.variable(),
                    environment.getOrDefault(passwordVariable, ""));
        }
        membership(parsed, values, surroundings);
        return values;
    }

    private static OptionSpec option(Setting setting) {
        String shortName = SHORT.get(setting);
        OptionSpec.Builder builder =
                shortName == null
                        ? OptionSpec.builder(setting.option())
                        : OptionSpec.builder(shortName, setting.option());
        return builder.type(String.class)
                .paramLabel(setting.valueHint())
                .description(description(setting).replace("%", "%%"))
                .build();
    }

    private static String description(Setting setting) {
        String text = setting.meaning() + " (" + setting.variable();
        if (!setting.defaultText().isEmpty()) {
            text += ", default: " + setting.defaultText();
        }
        if (setting.secret()) {
            text += "; as an option it shows in the list of processes: use the file or variable";
        }
        return text + ")";
    }

    private static void membership(
            ParseResult parsed, Map<String, String> values, Surroundings surroundings) {
        List<String> given = parsed.matchedOptionValue(MEMBERS, List.<String>of());
        List<String> members =
                given.stream()
                        .flatMap(text -> List.of(text.split("[,\\s]+")).stream())
                        .filter(text -> !text.isEmpty())
                        .toList();
        String kind = parsed.matchedOptionValue(MEMBERSHIP, members.isEmpty() ? "" : "cluster");
        switch (kind) {
            case "" -> {}
            case "cluster" -> cluster(parsed, members, values, surroundings);
            case "localhost" -> localhost(parsed, members, values);
            default -> throw wrong(parsed, "-m is '" + kind + "', expected cluster or localhost");
        }
    }

    private static void cluster(
            ParseResult parsed,
            List<String> members,
            Map<String, String> values,
            Surroundings surroundings) {
        if (members.size() > 1) {
            throw wrong(parsed, "-m cluster takes one -o, the DNS name, and got " + members.size());
        }
        values.put(Setting.DISCOVERY.variable(), "dns");
        if (!members.isEmpty()) {
            values.put(Setting.DNS_NAME.variable(), full(members.getFirst(), surroundings));
        }
    }

    /**
     * redis-hive was given the Service's name alone, and the system's resolver completed it by its
     * search path. Hive asks for full names; the first of the search path is the pod's namespace.
     */
    private static String full(String name, Surroundings surroundings) {
        if (name.indexOf('.') >= 0) {
            return name;
        }
        try {
            return surroundings
                    .readFile(RESOLVER)
                    .lines()
                    .map(line -> line.strip().split("\\s+"))
                    .filter(words -> words.length > 1 && words[0].equals("search"))
                    .map(words -> name + "." + words[1].replaceFirst("\\.$", "") + ".")
                    .findFirst()
                    .orElse(name);
        } catch (IOException _) {
            // Then there is no search path either.
            return name;
        }
    }

    private static void localhost(
            ParseResult parsed, List<String> members, Map<String, String> values) {
        if (members.isEmpty()) {
            throw wrong(parsed, "-m localhost needs the peer ports: -o 3001 -o 3002");
        }
        values.put(Setting.DISCOVERY.variable(), "static");
        values.put(
                Setting.PEERS.variable(),
                String.join(
                        ",",
                        members.stream()
                                .map(member ->
                                        member.matches("\\d+") ? "127.0.0.1:" + member : member)
                                .toList()));
        values.putIfAbsent(Setting.ADDRESS.variable(), "127.0.0.1");
        // Their defaults would clash between the sidecars of one machine.
        values.putIfAbsent(Setting.READ_PORT.variable(), "0");
        values.putIfAbsent(Setting.ADMIN_PORT.variable(), "0");
        values.putIfAbsent(Setting.SENTINEL_PORT.variable(), "0");
    }

    private static CommandLine.ParameterException wrong(ParseResult parsed, String message) {
        return new CommandLine.ParameterException(parsed.commandSpec().commandLine(), message);
    }
}
