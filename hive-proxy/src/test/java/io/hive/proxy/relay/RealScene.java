package io.hive.proxy.relay;

import io.hive.proxy.demo.RedisConnection;
import io.hive.proxy.demo.RedisServer;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Two real servers, of which the route leads to one or to none, and two clients of whom every byte
 * is checked, through all runs.
 */
final class RealScene extends FuzzScene {
    private static final int PROBES = 2;

    /** Who may do all, and its password. */
    private static final String HELPER = "the.one.who.helps.the.blocked";

    private static final Pattern BLOCKED = Pattern.compile("id=(\\d+) .* flags=\\w*b\\w* ");

    /** What fuzzed clients may not do: what harms the server, or shows what others have. */
    private static final String[] SAFE = {
        "--user",
        "default",
        "on",
        "nopass",
        "~*",
        "&*",
        "+@all",
        "-@admin",
        "-@dangerous",
        "--user",
        "fuzz",
        "on",
        ">secret",
        "~*",
        "&*",
        "+@all",
        "-@admin",
        "-@dangerous",
        "--user",
        HELPER,
        "on",
        ">" + HELPER,
        "+@all",
        "--maxmemory",
        "48mb",
        "--maxmemory-policy",
        "allkeys-random",
        "--proto-max-bulk-len",
        "1mb",
        "--timeout",
        "0"
    };

    private final List<RedisServer> servers = List.of(hive().redis(SAFE), hive().redis(SAFE));
    private final List<RedisConnection> helpers = servers.stream().map(hive()::direct).toList();
    private final EchoProbe[] probes = new EchoProbe[PROBES];
    private boolean open;
    private boolean moved;
    private int current;

    RealScene(Faults faults) {
        super(faults, settings -> settings.withLimits(SMALL));
        helpers.forEach(helper -> helper.command("AUTH", HELPER, HELPER));
        open(0);
        for (int i = 0; i < PROBES; i++) {
            probes[i] = new EchoProbe(hive().address(), i);
        }
    }

    private void open(int which) {
        moved = true;
        open = true;
        current = which;
        hive().open(servers.get(which));
    }

    @Override
    void begin() {
        moved = false;
    }

    @Override
    void special(int step, int which, FuzzBytes program) {
        switch (step) {
            case 12 -> probes[which % PROBES].ask(program.next());
            case 13 -> {
                if (open) {
                    awaitProbes();
                }
            }
            case 14 -> {
                switch (program.next() & 7) {
                    case 0 -> {
                        open = false;
                        moved = true;
                        hive().routes().close("the fuzzer says so");
                    }
                    case 1 -> open(current);
                    case 2 -> open(1 - current);
                    default -> probes[which % PROBES].ask(7);
                }
            }
            default -> poll();
        }
    }

    @Override
    void poll() {
        for (EchoProbe probe : probes) {
            probe.poll();
        }
    }

    @Override
    void calm() {
        if (!open) {
            open(current);
        }
        for (EchoProbe probe : probes) {
            probe.ask(3);
        }
        awaitProbes();
    }

    private void awaitProbes() {
        for (EchoProbe probe : probes) {
            await("a probe's answers", probe::answered);
        }
    }

    /** What waits at a server gets the answer that it would get after its timeout. */
    @Override
    void impatient() {
        for (RedisConnection helper : helpers) {
            BLOCKED.matcher(helper.text("CLIENT", "LIST"))
                    .results()
                    .forEach(found -> helper.command("CLIENT", "UNBLOCK", found.group(1)));
        }
    }

    @Override
    boolean closingAllowed() {
        return moved;
    }

    @Override
    boolean repliesAreTrue() {
        return true;
    }

    @Override
    boolean answersByHive() {
        return false;
    }

    @Override
    boolean modesAreTrue() {
        return true;
    }

    @Override
    int others() {
        return PROBES;
    }

    @Override
    public void close() {
        for (EchoProbe probe : probes) {
            probe.close();
        }
        super.close();
    }
}
