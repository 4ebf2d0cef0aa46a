package io.hive.proxy;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** What keeps the sidecar's rooms apart, and able to host several hives in one process. */
class ArchitectureTest {
    private static final JavaClasses MAIN =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("io.hive");

    private static final JavaClasses TESTS =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.ONLY_INCLUDE_TESTS)
                    .importPackages("io.hive.proxy");

    /** All three modules were found: of a module without classes every rule holds. */
    @Test
    void theThreeModulesAreLookedAt() {
        assertThat(MAIN)
                .extracting(JavaClass::getPackageName)
                .anyMatch(name -> name.startsWith("io.hive.core"))
                .anyMatch(name -> name.startsWith("io.hive.election"))
                .anyMatch(name -> name.startsWith("io.hive.proxy"));
    }

    @Test
    void modulesPointOneWay() {
        noClasses()
                .that()
                .resideInAPackage("io.hive.core..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.hive.election..", "io.hive.proxy..")
                .check(MAIN);
        noClasses()
                .that()
                .resideInAPackage("io.hive.election..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.hive.proxy..")
                .check(MAIN);
    }

    /** A package belongs to one module, or package-private stops meaning anything. */
    @Test
    void theSidecarStaysInItsOwnPackages() {
        assertThat(MAIN.stream().filter(type -> type.getPackageName().equals("io.hive")))
                .as("classes outside of the modules' packages")
                .isEmpty();
    }

    @Test
    void noStaticStateThatChanges() {
        fields().that().areStatic().should().beFinal().allowEmptyShould(true).check(MAIN);
        noFields()
                .that()
                .areStatic()
                .should()
                .haveRawType(
                        describe(
                                "made to be changed",
                                type ->
                                        type.getPackageName().startsWith("java.util.concurrent")
                                                && !type.isEnum()))
                .orShould()
                .haveRawType(ThreadLocal.class)
                .allowEmptyShould(true)
                .check(MAIN);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.hive.proxy.cli..")
                .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                .check(MAIN);
    }

    @Test
    void everyPackageIsNullMarked() {
        List<String> unmarked =
                MAIN.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(room -> !room.isAnnotatedWith(NullMarked.class))
                        .map(JavaPackage::getName)
                        .toList();
        assertThat(unmarked).as("packages without a @NullMarked package-info.java").isEmpty();
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
}
