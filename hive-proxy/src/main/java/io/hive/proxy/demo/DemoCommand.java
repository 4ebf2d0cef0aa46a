package io.hive.proxy.demo;

import io.hive.proxy.cli.WorkshopCommand;
import java.io.File;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code ./hive demo}: runs a hive on this machine in the foreground; its subcommands do things to
 * the one that runs. Only the starting thread enters.
 */
@Command(
        name = "demo",
        description = {
            "Run a hive on this machine, to try it: pods at 127.0.0.11, .12 and so on, each a"
                    + " redis-server and a sidecar. Ctrl-C stops all of it.",
            "HIVE_... variables that are set here are handed on to every sidecar, but for those"
                    + " that say where it is.",
            "The subcommands do something to the demo that runs."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            DemoCommand.Kill.class,
            DemoCommand.Stop.class,
            DemoCommand.Start.class,
            DemoCommand.Freeze.class,
            DemoCommand.Thaw.class,
            DemoCommand.ListPods.class,
            DemoCommand.Cli.class
        })
public final class DemoCommand implements WorkshopCommand, Callable<Integer> {
    static final List<String> SIDECAR = List.of("io.hive.proxy.Main", "run");

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = "--pods",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many pods, 1 to 20 (${DEFAULT-VALUE}).")
    private int pods;

    @Option(
            names = "--network",
            paramLabel = "A.B.C",
            scope = ScopeType.INHERIT,
            defaultValue = DemoSettings.NETWORK,
            description = "The first three numbers of the addresses (${DEFAULT-VALUE}).")
    private String network = DemoSettings.NETWORK;

    private final List<String> sidecar;

    /** Made by the command line. */
    public DemoCommand() {
        this(SIDECAR);
    }

    /**
     * A demo of another sidecar.
     *
     * @param sidecar the class to run, and its arguments
     */
    DemoCommand(List<String> sidecar) {
        this.sidecar = List.copyOf(sidecar);
    }

    @Override
    public Integer call() {
        DemoScreen screen = new DemoScreen(out(), Ansi.AUTO);
        long started = System.nanoTime();
        try (Demo demo = Demo.start(settings(), screen)) {
            new DemoPage(demo, screen, hasRedisCli()).show(started);
            // Until the process is told to end; the demo's shutdown hook does the rest.
            new CountDownLatch(1).await();
            return ExitCode.OK;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return ExitCode.OK;
        } catch (DemoException | IllegalArgumentException e) {
            return fail(e);
        }
    }

    private DemoSettings settings() {
        return new DemoSettings(pods, network, sidecar);
    }

    private CommandSpec spec() {
        return Objects.requireNonNull(spec, "the command line sets it");
    }

    private PrintWriter out() {
        return spec().commandLine().getOut();
    }

    private int fail(Exception e) {
        PrintWriter err = spec().commandLine().getErr();
        err.println("hive demo: " + e.getMessage());
        err.flush();
        return ExitCode.SOFTWARE;
    }

    private RunningDemo running() {
        return RunningDemo.find(network)
                .orElseThrow(() ->
                        new DemoException(
                                "no demo runs on " + network + ".11; start one with ./hive demo"));
    }

    private int report(Callable<String> action) {
        try {
            out().println(action.call());
            out().flush();
            return ExitCode.OK;
        } catch (DemoException | IllegalArgumentException e) {
            return fail(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean hasRedisCli() {
        for (String folder :
                System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, "redis-cli"))) {
                return true;
            }
        }
        return false;
    }

    /** What is common to those that do something to a pod. */
    abstract static class PodCommand implements Callable<Integer> {
        @picocli.CommandLine.ParentCommand private @Nullable DemoCommand demo;

        @Parameters(paramLabel = "POD", description = "The pod's number, from 1.")
        private int pod;

        @Option(names = "--redis", description = "Only its redis-server.")
        private boolean redis;

        @Option(names = "--sidecar", description = "Only its sidecar.")
        private boolean sidecar;

        abstract DemoAction action();

        @Override
        public Integer call() {
            DemoCommand parent = Objects.requireNonNull(demo, "the command line sets it");
            List<DemoPod.Part> parts = new ArrayList<>();
            if (redis || !sidecar) {
                parts.add(DemoPod.Part.REDIS);
            }
            if (sidecar || !redis) {
                parts.add(DemoPod.Part.SIDECAR);
            }
            return parent.report(() -> parent.running().act(action(), pod, parts));
        }
    }

    @Command(name = "kill", description = "Kill a pod (SIGKILL).", mixinStandardHelpOptions = true)
    static final class Kill extends PodCommand {
        @Override
        DemoAction action() {
            return DemoAction.KILL;
        }
    }

    @Command(
            name = "stop",
            description = "Stop a pod as a cluster does (SIGTERM): it hands over first.",
            mixinStandardHelpOptions = true)
    static final class Stop extends PodCommand {
        @Override
        DemoAction action() {
            return DemoAction.STOP;
        }
    }

    @Command(
            name = "start",
            description = "Bring back what is down of a pod; its Redis comes back empty.",
            mixinStandardHelpOptions = true)
    static final class Start extends PodCommand {
        @Override
        DemoAction action() {
            return DemoAction.START;
        }
    }

    @Command(
            name = "freeze",
            description = "Let a pod hang (SIGSTOP): its connections stay, nobody answers.",
            mixinStandardHelpOptions = true)
    static final class Freeze extends PodCommand {
        @Override
        DemoAction action() {
            return DemoAction.FREEZE;
        }
    }

    @Command(
            name = "thaw",
            description = "Let a frozen pod go on (SIGCONT).",
            mixinStandardHelpOptions = true)
    static final class Thaw extends PodCommand {
        @Override
        DemoAction action() {
            return DemoAction.THAW;
        }
    }

    /** The pods as a table. */
    @Command(
            name = "list",
            description = "List the pods and their processes.",
            mixinStandardHelpOptions = true)
    static final class ListPods implements Callable<Integer> {
        @picocli.CommandLine.ParentCommand private @Nullable DemoCommand demo;

        @Override
        public Integer call() {
            DemoCommand parent = Objects.requireNonNull(demo, "the command line sets it");
            return parent.report(() -> table(parent.running().pods()));
        }

        private static String table(List<RunningDemo.PodState> pods) {
            StringBuilder table =
                    new StringBuilder("POD  ADDRESS         REDIS             SIDECAR");
            for (RunningDemo.PodState pod : pods) {
                table.append(
                        String.format(
                                        Locale.ROOT,
                                        "%n%-3d  %-14s  %-16s  %-16s  %s",
                                        pod.number(),
                                        pod.address(),
                                        pod.redis(),
                                        pod.sidecar(),
                                        pod.master() ? "master" : "")
                                .stripTrailing());
            }
            return table.toString();
        }
    }

    /** A command to the hive, for machines without redis-cli. */
    @Command(
            name = "cli",
            description = {
                "Send one command to the hive and print the reply.",
                "Example: ./hive demo cli SET greeting hello"
            },
            mixinStandardHelpOptions = true)
    static final class Cli implements Callable<Integer> {
        @picocli.CommandLine.ParentCommand private @Nullable DemoCommand demo;

        @Option(
                names = "--pod",
                paramLabel = "N",
                description = "Ask this pod; otherwise the first whose sidecar runs.")
        private int pod;

        @Option(names = "--direct", description = "Ask the pod's Redis itself, past the sidecar.")
        private boolean direct;

        @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "The command.")
        private List<String> command = List.of();

        /** The command's own words may look like options. */
        @Spec
        void configure(CommandSpec spec) {
            spec.parser().stopAtPositional(true);
        }

        @Override
        public Integer call() {
            DemoCommand parent = Objects.requireNonNull(demo, "the command line sets it");
            int port = direct ? DemoSettings.REDIS_PORT : DemoSettings.PROXY_PORT;
            try (RedisConnection connection =
                    RedisConnection.open(address(parent.running().pods()), port)) {
                connection.timeout(java.time.Duration.ofMinutes(1));
                Object reply = connection.command(command.toArray(String[]::new));
                parent.out().println(Replies.format(reply));
                parent.out().flush();
                return ExitCode.OK;
            } catch (RedisReplyException e) {
                parent.out().println("(error) " + e.getMessage());
                parent.out().flush();
                return ExitCode.SOFTWARE;
            } catch (DemoException | IllegalArgumentException | UncheckedIOException e) {
                return parent.fail(e);
            }
        }

        private String address(List<RunningDemo.PodState> pods) {
            return pods.stream()
                    .filter(each -> pod == 0 ? each.hasSidecar() : each.number() == pod)
                    .findFirst()
                    .orElseThrow(() ->
                            new DemoException(
                                    pod == 0
                                            ? "no pod has a sidecar that runs; bring one"
                                                    + " back with ./hive demo start 1"
                                            : "there is no pod "
                                                    + pod
                                                    + "; the pods are 1 to "
                                                    + pods.size()))
                    .address();
        }
    }
}
