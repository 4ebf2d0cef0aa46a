package io.hive.proxy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoTest {
    private final String network = network();
    private final List<Process> demos = new ArrayList<>();

    @TempDir private Path folder;

    @AfterEach
    void end() throws Exception {
        for (Process demo : demos) {
            if (demo.isAlive()) {
                demo.destroy();
                if (!demo.waitFor(30, TimeUnit.SECONDS)) {
                    demo.descendants().forEach(ProcessHandle::destroyForcibly);
                    demo.destroyForcibly();
                }
            }
        }
        // What a killed one left behind.
        if (Files.exists(DemoSettings.directory(network))) {
            try (DemoDirectory left = DemoDirectory.take(DemoSettings.directory(network))) {
                left.sweep();
            }
        }
    }

    @Test
    void aPodIsKilledAndBroughtBack() throws Exception {
        Process demo = start("--pods", "3");
        awaitUp(demo);
        assertThat(output())
                .contains("starting redis-server " + network + ".11:6379 ... up (")
                .contains("A hive of 3 pods is up")
                .contains("./hive demo kill --network " + network + " 1")
                .doesNotContain("\u001b");
        assertThat(run("list")).contains("master").doesNotContain("down");
        assertThat(run("cli", "--pod", "1", "SET", "greeting", "hello")).contains("OK");
        assertThat(run("cli", "LRANGE", "nothing", "0", "-1")).contains("(empty)");
        assertThat(RunningDemo.find(network).orElseThrow().adminUrls())
                .containsExactly(
                        "http://" + network + ".11:8080",
                        "http://" + network + ".12:8080",
                        "http://" + network + ".13:8080");

        Await.until(
                "pod 2 has a copy",
                () -> run("cli", "--pod", "2", "--direct", "GET", "greeting").contains("hello"));
        assertThat(run("kill", "1")).contains("pod 1 killed");
        Await.until("pod 2 is master", () -> masterLine().startsWith("2 "));
        assertThat(run("list")).containsPattern("1 +" + network + ".11 +down +down");
        assertThat(run("kill", "1")).contains("pod 1 was down");
        assertThat(run("cli", "GET", "greeting")).contains("hello");

        assertThat(run("start", "1")).contains("pod 1 started (");
        Await.until("pod 1 is master again", () -> masterLine().startsWith("1 "));
        assertThat(output()).contains("pod 2 is master (").contains("pod 1 is master (");
    }

    @Test
    void oneProcessOfAPodIsKilledFrozenAndStopped() throws Exception {
        Process demo = start("--pods", "1");
        awaitUp(demo);
        assertThat(run("kill", "1", "--redis")).contains("pod 1's redis-server killed");
        assertThat(run("list")).containsPattern(network + ".11 +down +pid \\d+");
        assertThat(run("start", "1")).contains("pod 1 started");
        assertThat(run("list")).doesNotContain("down");
        assertThat(run("stop", "1", "--sidecar")).contains("pod 1's sidecar stopped");
        assertThat(run("list")).containsPattern(network + ".11 +pid \\d+ +down");
        assertThat(run("start", "1", "--sidecar")).contains("pod 1's sidecar started");
        assertThat(run("freeze", "1")).contains("pod 1 frozen");
        assertThat(run("list")).containsPattern("pid \\d+ frozen +pid \\d+ frozen");
        assertThat(run("thaw", "1")).contains("pod 1 goes on");
        assertThat(run("list")).doesNotContain("frozen");
        assertThat(run("kill", "7")).contains("there is no pod 7; the pods are 1 to 1");
    }

    @Test
    void allOfItEndsWithIt() throws Exception {
        Process demo = start("--pods", "2");
        awaitUp(demo);
        List<ProcessHandle> processes = demo.descendants().toList();
        // a Redis that has just been followed may have a child that writes its snapshot
        assertThat(processes).hasSizeGreaterThanOrEqualTo(4);

        Process second = start("--pods", "1");
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(second.exitValue()).isEqualTo(1);
        assertThat(output()).contains("a demo runs on these addresses already");

        demo.destroy();
        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Await.until(
                "all processes have ended",
                () -> processes.stream().noneMatch(ProcessHandle::isAlive));
        assertThat(DemoSettings.directory(network)).doesNotExist();
        assertThat(output()).contains("Stopped; nothing is left behind.");
        assertThat(run("list")).contains("no demo runs on " + network + ".11");
    }

    @Test
    void whatAKilledDemoLeftIsEnded() throws Exception {
        Process killed = start("--pods", "2");
        awaitUp(killed);
        List<ProcessHandle> left = killed.descendants().toList();
        killed.destroyForcibly();
        assertThat(killed.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(left).hasSize(4).allMatch(ProcessHandle::isAlive);

        Process next = start("--pods", "1");
        awaitUp(next);
        assertThat(output()).contains("ended the 4 processes that it left");
        assertThat(left).noneMatch(ProcessHandle::isAlive);
        assertThat(DemoSettings.directory(network)).isDirectory();
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (RedisServer taken = RedisServer.start(network + ".12", 6379)) {
            Process demo = start("--pods", "2");
            assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(demo.exitValue()).isEqualTo(1);
            assertThat(output())
                    .contains(network + ".12:6379 is in use")
                    .doesNotContain("starting redis-server");
            assertThat(taken.isAlive()).isTrue();
        }
        assertThat(DemoSettings.directory(network)).doesNotExist();
    }

    @Test
    void saysWhatIsWrongWithItsOptions() {
        assertThat(execute("demo", "--network", "10.0.0")).contains("got '10.0.0'");
        assertThat(execute("demo", "--pods", "0")).contains("--pods is 1 to 20, got 0");
        assertThat(execute("demo", "--network", network, "cli", "PING"))
                .contains("no demo runs on " + network + ".11");
    }

    @Test
    void aSidecarThatDoesNotStartIsReportedWithItsLog() throws Exception {
        StringWriter out = new StringWriter();
        CommandLine line =
                new CommandLine(new DemoCommand(List.of("io.hive.proxy.demo.NoSuchClass")));
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        assertThat(line.execute("--pods", "1", "--network", network)).isEqualTo(1);
        assertThat(out.toString()).contains("NoSuchClass").contains("pod 1");
        assertThat(DemoSettings.directory(network)).doesNotExist();
        assertThat(Loopback.isFree(network + ".11", 6379)).isTrue();
    }

    private Process start(String... options) throws Exception {
        List<String> line = new ArrayList<>();
        line.add(ProcessHandle.current().info().command().orElseThrow());
        line.addAll(List.of("-cp", System.getProperty("java.class.path")));
        line.addAll(List.of(StubSidecar.class.getName(), "demo", "--network", network));
        line.addAll(List.of(options));
        Process demo =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(folder.resolve("output").toFile()))
                        .start();
        demos.add(demo);
        return demo;
    }

    private void awaitUp(Process demo) throws Exception {
        Await.value(
                "the demo is up, or has ended",
                () -> demo.isAlive() ? output() : output() + "Ctrl-C",
                text ->
                        text.substring(Math.max(0, text.lastIndexOf("A hive of")))
                                .contains("Ctrl-C"));
        Await.until("the demo takes orders", () -> !run("list").contains("no demo runs"));
        Await.until("a master is seen", () -> !masterLine().isEmpty());
    }

    private String output() throws Exception {
        return Files.readString(folder.resolve("output"));
    }

    private String masterLine() {
        return run("list").lines().filter(line -> line.endsWith("master")).findFirst().orElse("");
    }

    private String run(String command, String... args) {
        List<String> line = new ArrayList<>(List.of(command, "--network", network));
        line.addAll(List.of(args));
        return execute(line.toArray(String[]::new));
    }

    private static String execute(String... args) {
        StringWriter out = new StringWriter();
        CommandLine line = new CommandLine(new DemoCommand());
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(out));
        List<String> words = List.of(args);
        line.execute(
                (words.getFirst().equals("demo") ? words.subList(1, words.size()) : words)
                        .toArray(String[]::new));
        return out.toString();
    }

    private static String network() {
        String address = Loopback.address();
        return address.substring(0, address.lastIndexOf('.'));
    }
}
