package io.hive.proxy.cli;

import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.InvalidSetting;
import io.hive.core.settings.LogSettings;
import io.hive.core.settings.SettingsReader;
import io.hive.core.settings.Surroundings;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs the sidecar until it is told to stop. */
final class RunCommand implements Callable<Integer> {
    static final String NAME = "run";

    private final Map<String, String> environment;
    private final Surroundings surroundings;
    private final Consumer<LogSettings> logging;
    private final HiveCommandLine.Sidecar sidecar;
    private final CommandSpec spec;

    private RunCommand(
            Map<String, String> environment,
            Surroundings surroundings,
            Consumer<LogSettings> logging,
            HiveCommandLine.Sidecar sidecar) {
        this.environment = environment;
        this.surroundings = surroundings;
        this.logging = logging;
        this.sidecar = sidecar;
        spec = CommandSpec.wrapWithoutInspection(this).name(NAME);
    }

    static CommandLine create(
            Map<String, String> environment,
            Surroundings surroundings,
            Consumer<LogSettings> logging,
            HiveCommandLine.Sidecar sidecar) {
        CommandSpec spec = new RunCommand(environment, surroundings, logging, sidecar).spec;
        spec.mixinStandardHelpOptions(true).versionProvider(new Version());
        spec.usageMessage()
                .customSynopsis("hive run [OPTIONS]")
                .description(
                        "Run the sidecar in the foreground.",
                        "Every setting is an environment variable; an option comes before its"
                                + " variable.")
                .sortOptions(false)
                .autoWidth(true);
        SettingOptions.addTo(spec);
        return new CommandLine(spec);
    }

    @Override
    public Integer call() throws Exception {
        SettingsReader reader =
                new SettingsReader(
                        SettingOptions.variables(
                                spec.commandLine().getParseResult(), environment, surroundings),
                        surroundings);
        try {
            HiveSettings settings = reader.read();
            logging.accept(settings.log());
            Logger log = LoggerFactory.getLogger(RunCommand.class);
            reader.warnings().forEach(log::warn);
            sidecar.run(settings);
            return HiveCommandLine.DONE;
        } catch (InvalidSetting wrong) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("hive: " + wrong.getMessage());
            err.flush();
            return HiveCommandLine.MISUSED;
        }
    }
}
