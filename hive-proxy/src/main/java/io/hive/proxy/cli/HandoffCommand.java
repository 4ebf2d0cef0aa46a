package io.hive.proxy.cli;

import io.hive.core.settings.Surroundings;
import io.hive.proxy.admin.HandoffAnswer;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Asks for a planned change of master and waits for it. */
final class HandoffCommand implements Callable<Integer> {
    private static final String TO = "--to";
    private static final int OK = 200;

    private final Map<String, String> environment;
    private final Surroundings surroundings;
    private final CommandSpec spec;

    private HandoffCommand(Map<String, String> environment, Surroundings surroundings) {
        this.environment = environment;
        this.surroundings = surroundings;
        spec = CommandSpec.wrapWithoutInspection(this).name("handoff");
    }

    static CommandLine create(Map<String, String> environment, Surroundings surroundings) {
        CommandSpec spec = new HandoffCommand(environment, surroundings).spec;
        spec.mixinStandardHelpOptions(true).versionProvider(new Version());
        spec.usageMessage().description("Change the master as planned, and wait until it is done.");
        spec.addOption(
                OptionSpec.builder(TO)
                        .type(String.class)
                        .paramLabel("ADDRESS")
                        .description("who is to lead (default: the best of the others)")
                        .build());
        AdminTarget.addOptions(spec);
        return new CommandLine(spec);
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        AdminTarget target = AdminTarget.of(command, environment, surroundings);
        PrintWriter err = command.getErr();
        try {
            // Found by a question that changes nothing, so that it is asked for only once.
            AdminTarget.Answered found = target.get("/api/status", answer -> answer.status() == OK);
            AdminClient.Answer answer = target.post(found.from(), path(command));
            HandoffAnswer result = HandoffAnswer.read(answer.status(), answer.body());
            if (result.done()) {
                command.getOut().println(Printable.line(result.line()));
                command.getOut().flush();
                return HiveCommandLine.DONE;
            }
            err.println("hive: " + Printable.line(result.line(), 600));
        } catch (IOException e) {
            err.println("hive: " + e.getMessage());
        } finally {
            err.flush();
        }
        return HiveCommandLine.FAILED;
    }

    private static String path(CommandLine command) {
        String to = command.getParseResult().matchedOptionValue(TO, (String) null);
        return "/api/handoff"
                + (to == null ? "" : "?to=" + URLEncoder.encode(to, StandardCharsets.UTF_8));
    }
}
