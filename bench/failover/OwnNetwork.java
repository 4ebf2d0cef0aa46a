import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network namespace for the whole benchmark, in which pods can be cut off without anybody else
 * noticing. It is gone when the benchmark ends.
 */
final class OwnNetwork {
    private static final String INSIDE = "hive.bench.inside";

    private OwnNetwork() {}

    static boolean isInside() {
        return Boolean.getBoolean(INSIDE);
    }

    /**
     * Runs this program once more, in a network of its own, and waits for it.
     *
     * @return its exit code, or why that is not possible
     */
    static Object rerun() throws IOException, InterruptedException {
        Optional<String> obstacle = obstacle();
        if (obstacle.isPresent()) {
            return obstacle.get();
        }
        ProcessHandle.Info info = ProcessHandle.current().info();
        if (info.command().isEmpty() || info.arguments().isEmpty()) {
            return "this system does not tell how this program was started";
        }
        List<String> line = new ArrayList<>();
        line.addAll(List.of("unshare", "--net", "sh", "-c"));
        line.add("ip link set lo up && exec \"$@\"");
        line.add("sh");
        line.add(info.command().get());
        line.add("-D" + INSIDE + "=true");
        line.addAll(List.of(info.arguments().get()));
        Process inside = new ProcessBuilder(line).inheritIO().start();
        // after Ctrl-C it ends by itself, and what it started with it
        Thread waiting = Thread.ofPlatform().unstarted(() -> inside.onExit().join());
        Runtime.getRuntime().addShutdownHook(waiting);
        return inside.waitFor();
    }

    private static Optional<String> obstacle() throws InterruptedException {
        for (List<String> probe :
                List.of(
                        List.of("sh", "-c", "command -v ip"),
                        List.of("sh", "-c", "command -v iptables"),
                        List.of("unshare", "--net", "sh", "-c", "ip link set lo up && iptables -L"))) {
            try {
                int code =
                        new ProcessBuilder(probe)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .redirectError(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor();
                if (code != 0) {
                    return Optional.of(String.join(" ", probe) + " fails");
                }
            } catch (IOException e) {
                return Optional.of(e.getMessage());
            }
        }
        return Optional.empty();
    }

    /** Drops what goes between this address and any other. */
    static void cut(String address) throws Exception {
        rules("-A", address);
    }

    static void heal(String address) throws Exception {
        rules("-D", address);
    }

    private static void rules(String how, String address) throws Exception {
        for (List<String> ends :
                List.of(
                        List.of("-s", address, "!", "-d", address),
                        List.of("!", "-s", address, "-d", address))) {
            List<String> line = new ArrayList<>(List.of("iptables", how, "INPUT"));
            line.addAll(ends);
            line.addAll(List.of("-j", "DROP"));
            if (new ProcessBuilder(line).inheritIO().start().waitFor() != 0) {
                throw new IllegalStateException("iptables refused " + line);
            }
        }
    }
}
