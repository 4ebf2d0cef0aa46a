package io.hive.proxy.relay;

import io.hive.core.node.IpAddress;
import io.hive.core.redis.RedisEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Two masters that do what the fuzzer says, an address where nobody listens, and one master that
 * does what it should, to which the route leads in the end.
 */
final class ScriptedScene extends FuzzScene {
    private static final Duration LEASE = Duration.ofHours(1);

    private static final FuzzCommand ASK =
            new FuzzCommand(FuzzCommand.Answered.ONCE, List.of("ECHO", "%m"));

    private final List<ScriptedMaster> masters =
            List.of(new ScriptedMaster(), new ScriptedMaster());
    private final ScriptedMaster honest = new ScriptedMaster();
    private final RedisEndpoint nobody = new RedisEndpoint(IpAddress.parse("127.0.0.1"), 1);

    ScriptedScene(Faults faults) {
        super(
                faults,
                settings -> settings.withLimits(SMALL).withParking(Duration.ofMillis(5), 2 * 1024));
    }

    @Override
    void begin() {
        open(masters.getFirst().endpoint());
    }

    private void open(RedisEndpoint endpoint) {
        hive().open(endpoint, LEASE);
    }

    @Override
    void special(int step, int which, FuzzBytes program) {
        ScriptedMaster master = masters.get(which % 2);
        switch (step) {
            case 12 -> masters.forEach(m -> m.instruct(program.next(program.next() & 7)));
            case 13 -> master.say(program.next(program.next() & 15));
            case 14 -> {
                switch (program.next() & 7) {
                    case 0 -> hive().routes().close("the fuzzer says so");
                    case 1, 2 -> open(masters.get(0).endpoint());
                    case 3, 4 -> open(masters.get(1).endpoint());
                    case 5 -> open(nobody);
                    default -> master.forget();
                }
            }
            default -> poll();
        }
    }

    @Override
    void poll() {
        masters.forEach(ScriptedMaster::poll);
        honest.poll();
    }

    @Override
    void calm() {
        masters.forEach(ScriptedMaster::forget);
        open(honest.endpoint());
        // It may have to ask more than once: a master that is new may be found too late.
        Predicate<String> answered = got -> got.endsWith("$6\r\n<m0.0>\r\n");
        boolean done = false;
        while (!done) {
            try (FuzzClient fresh = new FuzzClient(hive().address(), 0, 0)) {
                fresh.command(ASK, false);
                await(
                        "a fresh client's answer",
                        () -> {
                            fresh.flush();
                            fresh.poll();
                            String got = fresh.got();
                            return answered.test(got)
                                    || got.startsWith("-NOMASTER ")
                                    || got.startsWith("-OVERLOADED ");
                        });
                done = answered.test(fresh.got());
            }
        }
    }

    @Override
    boolean closingAllowed() {
        return true;
    }

    @Override
    boolean repliesAreTrue() {
        return false;
    }

    @Override
    int others() {
        return 0;
    }

    @Override
    public void close() {
        super.close();
        masters.forEach(ScriptedMaster::close);
        honest.close();
    }
}
