package io.hive.proxy.cli;

import io.hive.core.settings.HiveSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** A command line that was executed: what it printed, and the settings that it would have run. */
record CommandRun(int exitCode, String out, String err, @Nullable HiveSettings settings) {
    static CommandRun of(Map<String, String> environment, String... arguments) {
        return of(environment, new FakeMachine(Map.of()), _ -> {}, arguments);
    }

    static CommandRun of(
            Map<String, String> environment,
            FakeMachine machine,
            HiveCommandLine.Sidecar sidecar,
            String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        HiveSettings[] ran = new HiveSettings[1];
        CommandLine line =
                HiveCommandLine.create(
                        environment,
                        machine,
                        _ -> {},
                        settings -> {
                            ran[0] = settings;
                            sidecar.run(settings);
                        });
        line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int code = line.execute(HiveCommandLine.withDefaultCommand(arguments));
        return new CommandRun(code, out.toString(), err.toString(), ran[0]);
    }
}
