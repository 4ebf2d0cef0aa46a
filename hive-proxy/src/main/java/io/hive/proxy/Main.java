package io.hive.proxy;

import io.hive.proxy.cli.HiveCommandLine;
import picocli.CommandLine;

/** Where the process starts: reads the command line and hands over to the command it names. */
public final class Main {
    private Main() {}

    /**
     * Runs the command and ends the process with its exit code: 0 done, 1 failed, 2 a wrong option
     * or setting.
     *
     * @param args the command line, without the program's name; {@code run} where it names no
     *     command
     */
    public static void main(String[] args) {
        CommandLine commands =
                HiveCommandLine.create(System.getenv(), settings -> new Sidecar(settings).run());
        System.exit(commands.execute(HiveCommandLine.withDefaultCommand(args)));
    }
}
