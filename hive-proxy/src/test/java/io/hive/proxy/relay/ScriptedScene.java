package io.hive.proxy.relay;

import io.hive.core.node.IpAddress;
import io.hive.core.redis.RedisEndpoint;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Two masters that do what the fuzzer says, an address where nobody listens, and one master that
 * does what it should, to which the route leads in the end.
 *
 * <p>Where replicas have to acknowledge, the masters do what they should, and the fuzzer says what
 * becomes of the replicas: no reply to a write may reach a client before a replica holds it.
 */
final class ScriptedScene extends FuzzScene {
    private static final Duration LEASE = Duration.ofHours(1);

    private static final FuzzCommand ASK = FuzzCommand.of("ECHO %m");

    private final @Nullable Ledger ledger;
    private final List<ScriptedMaster> masters;
    private final ScriptedMaster honest;
    private final RedisEndpoint nobody = new RedisEndpoint(IpAddress.parse("127.0.0.1"), 1);

    /** Masters that may say anything. */
    ScriptedScene(Faults faults) {
        this(faults, null, settings -> settings);
    }

    private ScriptedScene(
            Faults faults, @Nullable Ledger ledger, UnaryOperator<RelaySettings> more) {
        super(
                faults,
                settings ->
                        more.apply(
                                settings.withLimits(SMALL)
                                        .withParking(Duration.ofMillis(5), 2 * 1024)));
        this.ledger = ledger;
        masters = List.of(new ScriptedMaster(ledger), new ScriptedMaster(ledger));
        honest = new ScriptedMaster(ledger);
    }

    /** Masters that say what is true, of whose writes a replica has to hold each. */
    static ScriptedScene acknowledged(Faults faults) {
        return new ScriptedScene(
                faults,
                new Ledger(),
                settings -> settings.withAcknowledgement(1, Duration.ofMillis(20)));
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
            case 13 -> {
                if (ledger == null) {
                    master.say(program.next(program.next() & 15));
                } else {
                    master.release();
                }
            }
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
    void look(FuzzClient client) {
        if (ledger != null) {
            ledger.check(client.news(), client);
        }
    }

    @Override
    boolean repliesAreTrue() {
        return ledger != null;
    }

    @Override
    boolean answersByHive() {
        return true;
    }

    @Override
    boolean modesAreTrue() {
        return ledger != null;
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
