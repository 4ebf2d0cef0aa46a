package io.hive.proxy.cli;

import io.hive.core.settings.Surroundings;
import io.hive.proxy.admin.StatusJson;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Shows the hive as one of its nodes sees it. */
final class StatusCommand implements Callable<Integer> {
    private static final String PATH = "/api/status";
    private static final int OK = 200;
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

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
        spec.addOption(
                OptionSpec.builder("--watch")
                        .type(boolean.class)
                        .description("show it anew each second, until Ctrl-C")
                        .build());
        AdminTarget.addOptions(spec);
        return new CommandLine(spec);
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        AdminTarget target = AdminTarget.of(command, environment, surroundings);
        if (command.getParseResult().hasMatchedOption("--watch")) {
            return watch(target, command);
        }
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
            screen(command).print(StatusJson.read(body));
        }
        out.flush();
    }

    /** Who pipes the output wants the text alone, and so does who has said so. */
    private static StatusScreen screen(CommandLine command) {
        return new StatusScreen(command.getOut(), command.getColorScheme().ansi().enabled());
    }

    private int watch(AdminTarget target, CommandLine command) {
        StatusScreen screen = screen(command);
        boolean json = command.getParseResult().hasMatchedOption("--json");
        Thread restore = Thread.ofPlatform().unstarted(screen::end);
        Runtime.getRuntime().addShutdownHook(restore);
        screen.begin();
        try {
            while (!Thread.interrupted()) {
                look(target, screen, json ? command.getOut() : null);
                LockSupport.parkNanos(EVERY_NANOS);
            }
            return HiveCommandLine.DONE;
        } finally {
            screen.end();
            Runtime.getRuntime().removeShutdownHook(restore);
        }
    }

    /** What cannot be had now may be there in a second. */
    private static void look(AdminTarget target, StatusScreen screen, @Nullable PrintWriter json) {
        try {
            AdminTarget.Answered answered = target.get(PATH, answer -> answer.status() == OK);
            String body = answered.answer().body();
            if (answered.answer().status() != OK) {
                screen.redraw(
                        answered.from()
                                + " answered "
                                + answered.answer().status()
                                + ": "
                                + Printable.line(body, 200));
            } else if (json == null) {
                screen.redraw(StatusJson.read(body));
            } else {
                json.println(body.strip());
                json.flush();
            }
        } catch (IOException e) {
            screen.redraw(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            screen.redraw(
                    "the answer is not a status that this version reads: "
                            + Printable.line(String.valueOf(e.getMessage()), 200));
        }
    }
}
