package io.hive.proxy.cli;

import io.hive.core.settings.Secret;
import io.hive.core.settings.Setting;
import io.hive.core.settings.Surroundings;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Which admin ports a command asks, and with which token. */
final class AdminTarget {
    private static final String ADMIN = "--admin";
    private static final String DEFAULT_PORT = "8080";

    /** The pods of a demo are on 127.0.0.11 and the addresses after it. */
    private static final int DEMO_FIRST = 11;

    private static final int DEMO_PODS = 9;

    private final List<URI> candidates;
    private final AdminClient client;

    private AdminTarget(List<URI> candidates, AdminClient client) {
        this.candidates = candidates;
        this.client = client;
    }

    static void addOptions(CommandSpec command) {
        command.addOption(
                OptionSpec.builder(ADMIN)
                        .type(String.class)
                        .paramLabel("URL")
                        .description(
                                "the admin port to ask, such as http://10.0.0.1:8080 (default:"
                                        + " this pod's own, and without one, a demo's)")
                        .build());
        for (Setting setting : List.of(Setting.ADMIN_TOKEN, Setting.ADMIN_TOKEN_FILE)) {
            command.addOption(
                    OptionSpec.builder(setting.option())
                            .type(String.class)
                            .paramLabel(setting.valueHint())
                            .description(setting.meaning() + " (" + setting.variable() + ")")
                            .build());
        }
    }

    /**
     * Takes it from the options and the environment.
     *
     * @throws CommandLine.ParameterException if there is no such address or token
     */
    static AdminTarget of(
            CommandLine command, Map<String, String> environment, Surroundings surroundings) {
        CommandLine.ParseResult parsed = command.getParseResult();
        String url = parsed.matchedOptionValue(ADMIN, (String) null);
        return new AdminTarget(
                url == null ? defaults(environment) : List.of(address(command, url)),
                new AdminClient(token(command, environment, surroundings)));
    }

    /** What one of the candidates answered. */
    record Answered(URI from, AdminClient.Answer answer) {}

    /**
     * Asks one after the other until one answers as it should.
     *
     * @param good whether an answer is the one that is looked for
     * @return the first good answer, else the first answer at all
     * @throws IOException if none answered; the message is one line and says who was asked
     */
    Answered get(String path, Predicate<AdminClient.Answer> good) throws IOException {
        Answered first = null;
        IOException failure = null;
        for (URI candidate : candidates) {
            try {
                Answered answered = new Answered(candidate, client.get(candidate, path));
                if (good.test(answered.answer())) {
                    return answered;
                }
                first = first == null ? answered : first;
            } catch (IOException e) {
                failure = failure == null ? unreachable(candidate, e) : failure;
            }
        }
        if (first == null) {
            throw failure == null ? new IOException("there is nobody to ask") : failure;
        }
        return first;
    }

    /** Asks one of them to do something. */
    AdminClient.Answer post(URI base, String path) throws IOException {
        try {
            return client.post(base, path);
        } catch (IOException e) {
            throw unreachable(base, e);
        }
    }

    private static IOException unreachable(URI asked, IOException e) {
        return new IOException(
                "no answer from "
                        + asked
                        + " ("
                        + Printable.line(String.valueOf(e.getMessage()))
                        + "); name the admin port of a running sidecar with --admin",
                e);
    }

    private static List<URI> defaults(Map<String, String> environment) {
        String port = set(environment, Setting.ADMIN_PORT);
        String bind = set(environment, Setting.BIND);
        String ownPort = port == null || !port.matches("[1-9]\\d{0,4}") ? DEFAULT_PORT : port;
        List<URI> all = new ArrayList<>();
        String host =
                bind == null || bind.equals("0.0.0.0") || bind.equals("::") ? "127.0.0.1" : bind;
        all.add(
                URI.create(
                        "http://"
                                + (host.indexOf(':') >= 0 ? "[" + host + "]" : host)
                                + ":"
                                + ownPort));
        if (port == null && bind == null) {
            for (int pod = DEMO_FIRST; pod < DEMO_FIRST + DEMO_PODS; pod++) {
                all.add(URI.create("http://127.0.0." + pod + ":" + DEFAULT_PORT));
            }
        }
        return all;
    }

    private static URI address(CommandLine command, String url) {
        String text = url.indexOf("://") < 0 ? "http://" + url : url;
        try {
            URI address = new URI(text);
            if ("http".equals(address.getScheme()) && address.getHost() != null) {
                return address;
            }
        } catch (URISyntaxException _) {
            // Said below.
        }
        throw new CommandLine.ParameterException(
                command,
                "--admin is '" + url + "', expected an address such as http://10.0.0.1:8080");
    }

    private static @Nullable String token(
            CommandLine command, Map<String, String> environment, Surroundings surroundings) {
        String direct = option(command, environment, Setting.ADMIN_TOKEN);
        String file = option(command, environment, Setting.ADMIN_TOKEN_FILE);
        if (direct != null || file == null) {
            return checked(command, Setting.ADMIN_TOKEN, direct);
        }
        try {
            return checked(command, Setting.ADMIN_TOKEN_FILE, surroundings.readFile(file).strip());
        } catch (IOException e) {
            throw new CommandLine.ParameterException(
                    command,
                    Setting.ADMIN_TOKEN_FILE.variable()
                            + " is '"
                            + file
                            + "': the file cannot be read ("
                            + e.getMessage()
                            + ")",
                    e);
        }
    }

    private static @Nullable String checked(
            CommandLine command, Setting setting, @Nullable String token) {
        if (token != null && !token.matches("[!-~]+")) {
            throw new CommandLine.ParameterException(
                    command,
                    setting.variable()
                            + " is "
                            + Secret.HIDDEN
                            + ", expected printable ASCII characters without blanks");
        }
        return token;
    }

    private static @Nullable String option(
            CommandLine command, Map<String, String> environment, Setting setting) {
        String value = command.getParseResult().matchedOptionValue(setting.option(), (String) null);
        return value == null ? set(environment, setting) : value;
    }

    /** A value of the environment; one that Kubernetes injects for a Service is none. */
    private static @Nullable String set(Map<String, String> environment, Setting setting) {
        String value = environment.getOrDefault(setting.variable(), "").strip();
        return value.isEmpty() || value.contains("://") ? null : value;
    }
}
