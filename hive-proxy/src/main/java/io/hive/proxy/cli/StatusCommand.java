package io.hive.proxy.cli;

import io.hive.core.settings.Surroundings;
import io.hive.proxy.admin.Status;
import io.hive.proxy.admin.StatusJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Shows the hive as one of its nodes sees it. */
final class StatusCommand implements Callable<Integer> {
    private static final String PATH = "/api/status";
    private static final int OK = 200;

    private final Map<String, String> environment;
    private final Surroundings surroundings;
    private final CommandSpec spec;

    private StatusCommand(Map<String, String> environment, Surroundings surroundings) {
        this.environment = environment;
        this.surroundings = surroundings;
        spec = CommandSpec.wrapWithoutInspection(this).name("status");
    }

    static CommandLine create(Map<String, String> environment, Surroundings surroundings) {
        CommandSpec spec = new StatusCommand(environment, surroundings).spec;
        spec.mixinStandardHelpOptions(true).versionProvider(new Version());
        spec.usageMessage().description("Show the members, their states, offsets and lag.");
        spec.addOption(
                OptionSpec.builder("--json")
                        .type(boolean.class)
                        .description("print what the sidecar answers, as it is")
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
            AdminTarget.Answered answered = target.get(PATH, answer -> answer.status() == OK);
            if (answered.answer().status() != OK) {
                err.println(
                        "hive: "
                                + answered.from()
                                + " answered "
                                + answered.answer().status()
                                + ": "
                                + Printable.line(answered.answer().body(), 200));
                return HiveCommandLine.FAILED;
            }
            print(answered, command);
            return HiveCommandLine.DONE;
        } catch (IOException e) {
            err.println("hive: " + e.getMessage());
            return HiveCommandLine.FAILED;
        } catch (IllegalArgumentException e) {
            err.println(
                    "hive: the answer is not a status that this version reads: "
                            + Printable.line(String.valueOf(e.getMessage()), 200));
            return HiveCommandLine.FAILED;
        } finally {
            err.flush();
        }
    }

    private void print(AdminTarget.Answered answered, CommandLine command) {
        String body = answered.answer().body();
        PrintWriter out = command.getOut();
        if (command.getParseResult().hasMatchedOption("--json")) {
            out.println(body.strip());
        } else {
            Status status = StatusJson.read(body);
            StatusTable.lines(status, Instant.now()).forEach(out::println);
        }
        out.flush();
    }
}
