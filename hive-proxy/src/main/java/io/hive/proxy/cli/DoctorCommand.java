package io.hive.proxy.cli;

import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.InvalidSetting;
import io.hive.core.settings.SettingsReader;
import io.hive.core.settings.Surroundings;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Checks what a sidecar with these settings would find around it. */
final class DoctorCommand implements Callable<Integer> {
    private final Map<String, String> environment;
    private final Surroundings surroundings;
    private final CommandSpec spec;

    private DoctorCommand(Map<String, String> environment, Surroundings surroundings) {
        this.environment = environment;
        this.surroundings = surroundings;
        spec = CommandSpec.wrapWithoutInspection(this).name("doctor");
    }

    static CommandLine create(Map<String, String> environment, Surroundings surroundings) {
        CommandSpec spec = new DoctorCommand(environment, surroundings).spec;
        spec.mixinStandardHelpOptions(true).versionProvider(new Version());
        spec.usageMessage()
                .customSynopsis("hive doctor [OPTIONS]")
                .description(
                        "Check the surroundings of a pod and say what to change.",
                        "Run it with the settings of the sidecar. Whether redis-server was started"
                                + " with --replicaof 127.0.0.1 1 cannot be seen from here.")
                .sortOptions(false)
                .autoWidth(true);
        SettingOptions.addTo(spec);
        return new CommandLine(spec);
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        SettingsReader reader =
                new SettingsReader(
                        SettingOptions.variables(
                                spec.commandLine().getParseResult(), environment, surroundings),
                        surroundings);
        List<Finding> findings = new ArrayList<>();
        try {
            HiveSettings settings = reader.read();
            findings.add(
                    new Finding(
                            true, "the settings are right, this node is " + settings.node().id()));
            reader.warnings()
                    .forEach(warning -> findings.add(new Finding(true, "note: " + warning)));
            findings.addAll(new Examination(settings).findings());
        } catch (InvalidSetting wrong) {
            findings.add(new Finding(false, String.valueOf(wrong.getMessage())));
        }
        for (Finding finding : findings) {
            out.println((finding.good() ? "ok    " : "WRONG ") + Printable.line(finding.line()));
        }
        out.flush();
        return findings.stream().allMatch(Finding::good)
                ? HiveCommandLine.DONE
                : HiveCommandLine.FAILED;
    }

    /** One thing that was looked at. */
    record Finding(boolean good, String line) {}
}
