package io.hive.proxy.cli;

import io.hive.core.settings.HiveSettings;
import io.hive.core.settings.LogSettings;
import io.hive.core.settings.Surroundings;
import io.hive.proxy.log.Logging;
import java.io.PrintWriter;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line with all its commands. */
@Command(
        name = "hive",
        description = "A sidecar that makes plain Redis highly available.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
public final class HiveCommandLine {
    /** It was done. */
    static final int DONE = 0;

    /** It could not be done. */
    static final int FAILED = 1;

    /** What was asked for makes no sense: a wrong option or setting. */
    static final int MISUSED = 2;

    private HiveCommandLine() {}

    /**
     * What {@code run} starts once the settings are known to be right. Returns when it has stopped.
     */
    @FunctionalInterface
    public interface Sidecar {
        /**
         * Runs it.
         *
         * @throws io.hive.core.settings.InvalidSetting if a setting turns out not to work here,
         *     such as a port that is in use
         * @throws Exception if it failed
         */
        void run(HiveSettings settings) throws Exception;
    }

    /**
     * Makes the command line.
     *
     * @param environment the environment variables
     * @param sidecar what {@code run} starts
     */
    public static CommandLine create(Map<String, String> environment, Sidecar sidecar) {
        return create(environment, new Machine(), Logging::configure, sidecar);
    }

    static CommandLine create(
            Map<String, String> environment,
            Surroundings machine,
            Consumer<LogSettings> logging,
            Sidecar sidecar) {
        CommandLine root = new CommandLine(new HiveCommandLine());
        root.addSubcommand(RunCommand.create(environment, machine, logging, sidecar));
        root.addSubcommand(StatusCommand.create(environment, machine));
        root.addSubcommand(HandoffCommand.create(environment, machine));
        root.addSubcommand(DoctorCommand.create(environment, machine));
        ServiceLoader.load(WorkshopCommand.class, HiveCommandLine.class.getClassLoader())
                .forEach(root::addSubcommand);
        root.addSubcommand(new VersionCommand());
        root.setParameterExceptionHandler(HiveCommandLine::misused);
        root.setExecutionExceptionHandler(HiveCommandLine::failed);
        return root;
    }

    /**
     * Makes {@code run} the command where none is named, as an image's entry point does and as
     * redis-hive is started: {@code -o hive-headless} or nothing at all.
     */
    public static String[] withDefaultCommand(String... arguments) {
        boolean named =
                arguments.length > 0
                        && (!arguments[0].startsWith("-")
                                || arguments[0].equals("-h")
                                || arguments[0].equals("--help")
                                || arguments[0].equals("-V")
                                || arguments[0].equals("--version"));
        if (named) {
            return arguments.clone();
        }
        String[] all = new String[arguments.length + 1];
        all[0] = RunCommand.NAME;
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return all;
    }

    /** What nobody foresaw is worth its stack trace, in the form of the log. */
    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult all) {
        LoggerFactory.getLogger(HiveCommandLine.class)
                .error("{} failed", command.getCommandName(), failure);
        return FAILED;
    }

    /** One line, and where to read more; the whole help would bury it. */
    private static int misused(CommandLine.ParameterException wrong, String[] arguments) {
        PrintWriter err = wrong.getCommandLine().getErr();
        err.println(
                "hive: "
                        + Printable.line(String.valueOf(wrong.getMessage()))
                        + " (see 'hive "
                        + (wrong.getCommandLine().getParent() == null
                                ? ""
                                : wrong.getCommandLine().getCommandName() + " ")
                        + "--help')");
        err.flush();
        return MISUSED;
    }
}
