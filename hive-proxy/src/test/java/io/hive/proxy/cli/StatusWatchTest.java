package io.hive.proxy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.hive.core.settings.AdminSettings;
import io.hive.proxy.admin.AdminServer;
import io.hive.proxy.admin.FakeHandovers;
import io.hive.proxy.admin.FakeSource;
import io.hive.proxy.admin.Statuses;
import io.hive.proxy.demo.Await;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class StatusWatchTest {
    private final FakeSource source = new FakeSource();
    private final AdminServer server =
            AdminServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new AdminSettings(null, null),
                    source,
                    new FakeHandovers(),
                    () -> "");
    private final StringWriter out = new StringWriter();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void drawsEachOverTheOneBeforeAndGivesTheTerminalBack() throws InterruptedException {
        Thread watching = watch(Ansi.ON);
        Await.until("the table is drawn", () -> shown("led by 10.0.0.1:3000"));
        source.say(Statuses.leaderless());
        Await.until("what changed is drawn", () -> shown("nobody leads: 10.0.0.2:3000 is silent"));
        server.close();
        Await.until("it goes on without an answer", () -> shown("no answer from http://127.0.0.1"));
        end(watching);
        assertThat(out.toString())
                .startsWith("\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[Hhive 'default'")
                .contains("\u001b[32m* 10.0.0.1:3000", "\u001b[31mnobody leads")
                .endsWith("\u001b[J\u001b[?7h\u001b[?25h\u001b[?1049l");
    }

    @Test
    void intoAPipeGoesPlainText() throws InterruptedException {
        Thread watching = watch(Ansi.OFF);
        Await.until(
                "two tables are there",
                () -> out.toString().split("hive 'default'", -1).length > 2);
        end(watching);
        assertThat(out.toString()).doesNotContain("\u001b");
    }

    @Test
    void asJsonALineASecond() throws InterruptedException {
        Thread watching = watch(Ansi.OFF, "--json");
        Await.until("two lines are there", () -> out.toString().lines().count() >= 2);
        end(watching);
        assertThat(out.toString().lines()).allMatch(line -> line.startsWith("{\"self\":"));
    }

    private boolean shown(String text) {
        return out.toString().contains(text);
    }

    private static void end(Thread watching) throws InterruptedException {
        watching.interrupt();
        watching.join(10_000);
        assertThat(watching.isAlive()).isFalse();
    }

    private Thread watch(Ansi ansi, String... more) {
        CommandLine line =
                HiveCommandLine.create(Map.of(), new FakeMachine(Map.of()), _ -> {}, _ -> {});
        line.setOut(new PrintWriter(out, true));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(ansi));
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("status", "--watch", "--admin", "127.0.0.1:" + server.port()));
        arguments.addAll(List.of(more));
        return Thread.ofVirtual().start(() -> line.execute(arguments.toArray(String[]::new)));
    }
}
