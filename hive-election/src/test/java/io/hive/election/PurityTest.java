package io.hive.election;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/**
 * Holds the election, and the words that it is made of, to being a function of its inputs. Whoever
 * replays the same inputs must get the same effects: a simulated failure that cannot be replayed
 * cannot be mended.
 */
class PurityTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.hive.core", "io.hive.election");

    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                    .importPackages("io.hive.election");

    /** An address is a word of the hive; to look one up is not. */
    private static final Set<String> ADDRESSES =
            Set.of(
                    "java.net.InetAddress",
                    "java.net.Inet4Address",
                    "java.net.Inet6Address",
                    "java.net.UnknownHostException");

    private static final Map<String, Set<String>> IMPURE_METHODS =
            Map.of(
                    "java.net.InetAddress",
                    Set.of(
                            "getByName",
                            "getAllByName",
                            "getLocalHost",
                            "getHostName",
                            "getCanonicalHostName",
                            "isReachable"),
                    "java.lang.System",
                    Set.of(
                            "nanoTime",
                            "currentTimeMillis",
                            "getenv",
                            "getProperty",
                            "getProperties",
                            "identityHashCode",
                            "exit",
                            "getLogger"),
                    "java.lang.Math",
                    Set.of("random"),
                    "java.lang.StrictMath",
                    Set.of("random"),
                    "java.util.Collections",
                    Set.of("shuffle"),
                    "java.util.UUID",
                    Set.of("randomUUID"));

    /** The two modules were found at all: without classes every other rule holds. */
    @Test
    void bothModulesAreLookedAt() {
        assertThat(CLASSES)
                .extracting(JavaClass::getPackageName)
                .anyMatch(name -> name.startsWith("io.hive.core"))
                .contains("io.hive.election");
    }

    @Test
    void noSockets() {
        forbid(
                "sockets",
                target ->
                        (target.getPackageName().startsWith("java.net")
                                        && !ADDRESSES.contains(target.getName()))
                                || within(target, "java.nio.channels", "javax.net", "java.rmi"));
    }

    @Test
    void noFiles() {
        forbid(
                "files",
                target ->
                        within(target, "java.nio.file")
                                || (target.getPackageName().equals("java.io")
                                        && (target.getSimpleName().startsWith("File")
                                                || Set.of(
                                                                "RandomAccessFile",
                                                                "PrintStream",
                                                                "Console")
                                                        .contains(target.getSimpleName()))));
    }

    @Test
    void noThreads() {
        forbid(
                "threads and what they need",
                target ->
                        (within(target, "java.util.concurrent")
                                        && !target.isEquivalentTo(TimeUnit.class))
                                || Set.of(
                                                "java.lang.Thread",
                                                "java.lang.Thread$Builder",
                                                "java.lang.ThreadLocal",
                                                "java.lang.ScopedValue",
                                                "java.lang.Process",
                                                "java.lang.ProcessBuilder",
                                                "java.lang.Runtime",
                                                "java.util.Timer")
                                        .contains(target.getName()));
    }

    @Test
    void noParallelStreams() {
        forbidCalls(
                "to parallel streams",
                access ->
                        access.getName().equals("parallelStream")
                                || access.getName().equals("parallel"));
    }

    @Test
    void noClocks() {
        forbid(
                "clocks",
                target ->
                        Set.of(
                                        "java.time.Clock",
                                        "java.time.InstantSource",
                                        "java.util.Date",
                                        "java.util.Calendar")
                                .contains(target.getName()));
    }

    @Test
    void nobodyAsksTheTime() {
        forbidCalls(
                "that read a clock",
                access ->
                        access.getName().equals("now")
                                && within(access.getTargetOwner(), "java.time"));
    }

    @Test
    void noRandomness() {
        forbid(
                "random numbers",
                target ->
                        within(target, "java.util.random")
                                || Set.of(
                                                "java.util.Random",
                                                "java.util.SplittableRandom",
                                                "java.security.SecureRandom")
                                        .contains(target.getName()));
    }

    @Test
    void noLibrariesAndNoLogs() {
        forbid(
                "libraries or logs",
                target ->
                        within(
                                target,
                                "org.slf4j",
                                "ch.qos.logback",
                                "java.util.logging",
                                "io.netty",
                                "io.lettuce",
                                "io.micrometer",
                                "org.xbill.DNS",
                                "picocli"));
    }

    @Test
    void noMethodWhoseAnswerDependsOnMoreThanItsArguments() {
        forbidCalls(
                "of the world outside",
                access ->
                        IMPURE_METHODS
                                .getOrDefault(access.getTargetOwner().getName(), Set.of())
                                .contains(access.getName()));
    }

    @Test
    void theCoreKnowsNeitherElectionNorProxy() {
        noClasses()
                .that()
                .resideInAPackage("io.hive.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.hive.election..", "io.hive.proxy..")
                .check(CLASSES);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.hive.proxy..")
                .check(CLASSES);
    }

    @Test
    void noStaticStateThatChanges() {
        fields().that().areStatic().should().beFinal().allowEmptyShould(true).check(CLASSES);
    }

    @Test
    void nothingIsPrinted() {
        GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(CLASSES);
    }

    @Test
    void testsWaitForConditionsAndDoNotSleep() {
        noClasses()
                .should()
                .callMethodWhere(
                        describe(
                                "the call sleeps",
                                call -> call.getTarget().getName().equals("sleep")))
                .check(TESTS);
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked =
                CLASSES.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(room -> !room.isAnnotatedWith(NullMarked.class))
                        .map(JavaPackage::getName)
                        .toList();
        assertThat(unmarked).as("packages without a @NullMarked package-info.java").isEmpty();
    }

    private static void forbid(String what, Predicate<JavaClass> forbidden) {
        noClasses().should().dependOnClassesThat(describe("are " + what, forbidden)).check(CLASSES);
    }

    private static void forbidCalls(String what, Predicate<JavaAccess<?>> forbidden) {
        noClasses().should().accessTargetWhere(describe("calls " + what, forbidden)).check(CLASSES);
    }

    private static boolean within(JavaClass target, String... packages) {
        String name = target.getPackageName();
        for (String room : packages) {
            if (name.equals(room) || name.startsWith(room + ".")) {
                return true;
            }
        }
        return false;
    }
}
