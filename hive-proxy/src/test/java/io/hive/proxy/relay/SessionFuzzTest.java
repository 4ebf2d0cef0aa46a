package io.hive.proxy.relay;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.api.SilentCloseable;
import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whatever clients send, wherever it is split, whoever leaves, and whatever the master and the
 * route do meanwhile: nothing in Hive throws, nobody waits for ever, nobody gets what is another's,
 * and nothing is left when they are gone. With {@code JAZZER_FUZZ=1} it searches, else it replays
 * what was found and a seeded sample.
 *
 * <p>The fuzzer's bytes are a program for {@link RealScene} and {@link ScriptedScene}.
 */
@ExtendWith(Leaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionFuzzTest {
    private static final int ROUNDS = Integer.getInteger("hive.fuzz.rounds", 300);

    private final Faults faults = new Faults();
    private RealScene real;
    private ScriptedScene scripted;
    private ScriptedScene acknowledged;

    /** Bytes of clients against real servers, beside clients whose every reply is checked. */
    @FuzzTest(maxDuration = "60s")
    @DictionaryEntries({
        "*1\\x0d\\x0a",
        "$4\\x0d\\x0aMULTI\\x0d\\x0a",
        "*2\\x0d\\x0a$4\\x0d\\x0aECHO\\x0d\\x0a$300\\x0d\\x0a",
        "GET a\\x0d\\x0a",
        "\\x0d\\x0a"
    })
    void realMaster(byte[] bytes) {
        try (SilentCloseable _ = allowConnections()) {
            real().run(new FuzzBytes(bytes));
        } catch (RuntimeException | AssertionError e) {
            // What is left of this run must not fail the next.
            closing(real);
            real = null;
            throw e;
        }
    }

    /** The same against a master that does what the fuzzer says. */
    @FuzzTest(maxDuration = "60s")
    @DictionaryEntries({"*1\\x0d\\x0a", "$4\\x0d\\x0a", "+OK\\x0d\\x0a", ">2\\x0d\\x0a"})
    void scriptedMaster(byte[] bytes) {
        try (SilentCloseable _ = allowConnections()) {
            scripted().run(new FuzzBytes(bytes));
        } catch (RuntimeException | AssertionError e) {
            closing(scripted);
            scripted = null;
            throw e;
        }
    }

    /** Masters that tell the truth, late or never, about what their replicas hold. */
    @FuzzTest(maxDuration = "60s")
    @DictionaryEntries({"*1\\x0d\\x0a", "$4\\x0d\\x0a"})
    void acknowledgedWrites(byte[] bytes) {
        try (SilentCloseable _ = allowConnections()) {
            acknowledged().run(new FuzzBytes(bytes));
        } catch (RuntimeException | AssertionError e) {
            closing(acknowledged);
            acknowledged = null;
            throw e;
        }
    }

    @Test
    @EnabledIfSystemProperty(
            named = "hive.fuzz.seed",
            matches = ".+",
            disabledReason = "a search, not a check: it runs with -Dhive.fuzz.seed=N")
    void randomProgramsForAcknowledgedWrites() {
        random(bytes -> acknowledgedWrites(bytes));
    }

    @Test
    @EnabledIfSystemProperty(
            named = "hive.fuzz.seed",
            matches = ".+",
            disabledReason = "a search, not a check: it runs with -Dhive.fuzz.seed=N")
    void randomProgramsForARealMaster() {
        random(bytes -> realMaster(bytes));
    }

    @Test
    @EnabledIfSystemProperty(
            named = "hive.fuzz.seed",
            matches = ".+",
            disabledReason = "a search, not a check: it runs with -Dhive.fuzz.seed=N")
    void randomProgramsForAScriptedMaster() {
        random(bytes -> scriptedMaster(bytes));
    }

    private static void random(Consumer<byte[]> target) {
        long seed = Long.getLong("hive.fuzz.seed", 20_261_120L);
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(1, 120)];
            random.nextBytes(bytes);
            try {
                target.accept(bytes);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "seed %d, round %d, program %s"
                                .formatted(seed, round, HexFormat.of().formatHex(bytes)),
                        e);
            }
        }
    }

    private static void closing(FuzzScene scene) {
        if (scene != null) {
            scene.close();
        }
    }

    private RealScene real() {
        if (real == null) {
            real = new RealScene(faults);
        }
        return real;
    }

    private ScriptedScene scripted() {
        if (scripted == null) {
            scripted = new ScriptedScene(faults);
        }
        return scripted;
    }

    private ScriptedScene acknowledged() {
        if (acknowledged == null) {
            acknowledged = ScriptedScene.acknowledged(faults);
        }
        return acknowledged;
    }

    @AfterAll
    void end() {
        try (faults;
                RealScene _ = real;
                ScriptedScene _ = scripted;
                ScriptedScene _ = acknowledged) {
            faults.assertNone();
        }
    }

    /** Where nothing is instrumented, as in a run of all tests, there is nobody to ask. */
    private static SilentCloseable allowConnections() {
        try {
            return BugDetectors.allowNetworkConnections();
        } catch (IllegalStateException _) {
            return () -> {};
        }
    }
}
