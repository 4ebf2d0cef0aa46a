package io.hive.proxy.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the demo says once it is up: where everything is, and what one can try. */
final class DemoPage {
    private final Demo demo;
    private final DemoScreen screen;
    private final boolean hasRedisCli;

    DemoPage(Demo demo, DemoScreen screen, boolean hasRedisCli) {
        this.demo = demo;
        this.screen = screen;
        this.hasRedisCli = hasRedisCli;
    }

    void show(long startedNanos) {
        DemoSettings settings = demo.settings();
        String first = settings.podAddress(1);
        String network =
                settings.network().equals(DemoSettings.NETWORK)
                        ? ""
                        : " --network " + settings.network();
        String demoCommand = "./hive demo";

        screen.line("");
        screen.line(
                screen.bold(
                                "A hive of "
                                        + settings.pods()
                                        + (settings.pods() == 1 ? " pod" : " pods")
                                        + " is up")
                        + " "
                        + DemoScreen.since(startedNanos)
                        + (demo.master().isPresent()
                                ? "; the master is pod " + demo.master().getAsInt()
                                : ""));
        screen.line(
                "In use: "
                        + demo.addresses()
                        + " (ports "
                        + DemoSettings.ports().stream()
                                .map(String::valueOf)
                                .collect(Collectors.joining(", "))
                        + "), DNS "
                        + demo.dnsServer()
                        + " for "
                        + DemoSettings.DNS_NAME);
        screen.line("");

        List<String[]> rows = new ArrayList<>();
        if (hasRedisCli) {
            rows.add(
                    row(
                            "redis-cli -h " + first + " -p " + DemoSettings.PROXY_PORT,
                            "any command, at any pod: it goes to the master"));
        }
        rows.add(
                row(
                        demoCommand + " cli" + network + " SET greeting hello",
                        hasRedisCli
                                ? "the same, without redis-cli"
                                : "any command, at any pod (--pod N): it goes to the master"));
        rows.add(
                row(
                        network.isEmpty()
                                ? "./hive status"
                                : "./hive status --admin http://"
                                        + first
                                        + ":"
                                        + DemoSettings.ADMIN_PORT,
                        "who leads, who follows, how far behind"));
        rows.add(
                row(
                        "http://" + first + ":" + DemoSettings.ADMIN_PORT + "/",
                        "the dashboard: the whole hive, live"));
        show("Connect", rows);

        rows.clear();
        int victim = demo.master().orElse(1);
        rows.add(
                row(
                        demoCommand + " kill" + network + " " + victim,
                        "a pod dies (SIGKILL, both processes)"));
        rows.add(
                row(
                        demoCommand + " kill" + network + " " + victim + " --redis",
                        "only its Redis; --sidecar: only its sidecar"));
        rows.add(
                row(
                        demoCommand + " start" + network + " " + victim,
                        "what is down of it comes back, empty"));
        rows.add(
                row(
                        demoCommand + " stop" + network + " " + victim,
                        "a planned stop: it hands over first"));
        rows.add(
                row(
                        demoCommand + " freeze" + network + " " + victim,
                        "it hangs; thaw " + victim + " lets it go on"));
        rows.add(row(demoCommand + " list" + network, "the pods and their processes"));
        show("Try", rows);
        screen.line(
                screen.faint(
                        "Logs are in "
                                + demo.path()
                                + "/pod-*. Ctrl-C stops all of it and removes its files."));
        screen.line("");
    }

    private void show(String title, List<String[]> rows) {
        int width = rows.stream().mapToInt(row -> row[0].length()).max().orElse(0);
        String label = title;
        for (String[] row : rows) {
            screen.line(
                    screen.bold(String.format(Locale.ROOT, "%-8s", label))
                            + String.format(Locale.ROOT, "%-" + width + "s", row[0])
                            + "   "
                            + screen.faint(row[1]));
            label = "";
        }
        screen.line("");
    }

    private static String[] row(String command, String meaning) {
        return new String[] {command, meaning};
    }
}
