package io.hive.proxy.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the version and leaves. */
@Command(
        name = "version",
        description = "Print the version.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class VersionCommand implements Runnable {
    @Spec private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            spec.root().commandLine().printVersionHelp(spec.commandLine().getOut());
        }
    }
}
