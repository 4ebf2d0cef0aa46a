import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What can be chosen on the command line. */
final class Options {
    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "rounds that count; each runs every target (${DEFAULT-VALUE})")
    int rounds;

    @Option(
            names = "--cases",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,2,3,4,5,6,7,8,9,10",
            description = "numbers of the cases to run (all)")
    List<Integer> cases = new ArrayList<>();

    @Option(
            names = "--targets",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "haproxy,twemproxy,hive",
            description = "what is compared with direct, which is always there (${DEFAULT-VALUE})")
    List<String> targets = new ArrayList<>();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "1",
            description = "how long one measurement takes, about (${DEFAULT-VALUE})")
    double seconds;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "20",
            description =
                    "seconds of mixed load on each new sidecar, before it is measured"
                        + " (${DEFAULT-VALUE})")
    double warmupSeconds;

    @Option(
            names = "--memory-minutes",
            paramLabel = "M",
            defaultValue = "1",
            description = "case 7: how long idle, then again how long busy (${DEFAULT-VALUE})")
    double memoryMinutes;

    @Option(
            names = "--idle-clients",
            paramLabel = "N",
            defaultValue = "10000",
            description = "case 8: how many (${DEFAULT-VALUE})")
    int idleClients;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "case 6: requests per second; 0 is half of direct's peak, measured then"
                        + " (${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--unix-socket",
            description =
                    "HAProxy, twemproxy and Hive reach Redis over its unix socket; direct stays on"
                        + " TCP")
    boolean unixSocket;

    @Option(
            names = "--java-opts",
            paramLabel = "OPTIONS",
            defaultValue = "",
            description = "further options for the sidecars' JVMs; they come last and win")
    String javaOptions = "";

    @Option(names = "--json", paramLabel = "FILE", description = "write all figures there as well")
    Path json;

    /** One measurement lasts no longer than this, whatever happens. */
    long limitMillis() {
        return (long) (20_000 + seconds * 10_000);
    }
}
