package dev.shootdown.perf.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Hashtable;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.WeakHashMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of docs/ARCHITECTURE.md, proved on the compiled classes. */
class FloorsTest {
    private static final String ROOT = "dev.shootdown.";
    private static final String MMU = ROOT + "mmu..";
    private static final String APIC = ROOT + "apic..";
    private static final String GUEST = ROOT + "guest..";
    private static final String PERF = ROOT + "perf..";
    /** The one package of a machine that threads meet in. */
    private static final String BUS = ROOT + "core.bus..";
    /** What a machine is made of. */
    private static final String[] MACHINE = {ROOT + "core..", MMU, APIC};
    /** The floors of emulator-core, lowest first; packages of one floor stand beside each other. */
    private static final List<List<String>> FLOORS = List.of(
        List.of("arch"),
        List.of("state", "count", "cost", "memory", "time", "bus"),
        List.of("spi"),
        List.of("decode"),
        List.of("cpu"),
        List.of("exec"),
        List.of("machine", "platform", "boot"),
        List.of("explore"));
    private static JavaClasses shootdown;

    @BeforeAll
    static void importClasses() {
        shootdown = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.shootdown");
    }

    @Test
    void shouldSeeTheClassesThatItJudges() {
        assertThat(shootdown.contain(ROOT + "core.cost.Settings")).isTrue();
        assertThat(shootdown.contain(ROOT + "mmu.X86Mmu")).isTrue();
        assertThat(shootdown.contain(ROOT + "apic.LocalApic")).isTrue();
        assertThat(shootdown.contain(ROOT + "guest.GuestCatalog")).isTrue();
    }

    @Test
    void shouldImportOnlyFromLowerFloors() {
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            noClasses().that().resideInAnyPackage(packages(floor, floor + 1)).should().dependOnClassesThat()
                .resideInAnyPackage(packages(floor + 1, FLOORS.size() + 1)).because("arrows point down")
                .allowEmptyShould(true).check(shootdown);
        }
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        slices().matching(ROOT + "core.(*)..").should().beFreeOfCycles().check(shootdown);
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(shootdown);
        slices().matching(ROOT + "perf.(*)..").should().beFreeOfCycles().check(shootdown);
    }

    @Test
    void shouldKeepEveryClassOfTheCoreOnAFloor() {
        classes().that().resideInAPackage(ROOT + "core..").should()
            .resideInAnyPackage(packages(0, FLOORS.size()))
            .check(shootdown);
    }

    @Test
    void shouldKeepTheCoreFromKnowingWhatStandsOnIt() {
        noClasses().that().resideInAPackage(ROOT + "core..").should().dependOnClassesThat()
            .resideInAnyPackage(MMU, APIC, GUEST, PERF).check(shootdown);
    }

    @Test
    void shouldKeepThePluginsFromKnowingEachOther() {
        noClasses().that().resideInAPackage(MMU).should().dependOnClassesThat()
            .resideInAnyPackage(APIC, GUEST, PERF).check(shootdown);
        noClasses().that().resideInAPackage(APIC).should().dependOnClassesThat()
            .resideInAnyPackage(MMU, GUEST, PERF).check(shootdown);
    }

    @Test
    void shouldLetThreadsMeetOnlyInTheRingBuffers() {
        noClasses().that().resideInAnyPackage(MACHINE).and().resideOutsideOfPackage(BUS).should()
            .dependOnClassesThat().resideInAPackage("java.util.concurrent..").check(shootdown);
        noClasses().that().resideInAnyPackage(MACHINE).and().resideOutsideOfPackage(BUS).should()
            .dependOnClassesThat().belongToAnyOf(Thread.class, ThreadLocal.class).check(shootdown);
        noFields().that().areDeclaredInClassesThat().resideInAnyPackage(MACHINE).and()
            .areDeclaredInClassesThat().resideOutsideOfPackage(BUS).should()
            .haveModifier(JavaModifier.VOLATILE).check(shootdown);
        noMethods().that().areDeclaredInClassesThat().resideInAnyPackage(MACHINE).should()
            .haveModifier(JavaModifier.SYNCHRONIZED).check(shootdown);
    }

    @Test
    void shouldHaveNoStaticStateThatChanges() {
        fields().that().areStatic().and().areDeclaredInClassesThat().resideInAnyPackage(MACHINE).and()
            .doNotHaveName("$assertionsDisabled").should().beFinal().check(shootdown);
    }

    @Test
    void shouldKnowNoTimeOfTheHostAndNoIdentity() {
        noClasses().that().resideInAnyPackage(MACHINE).should().callMethod(System.class, "nanoTime")
            .orShould().callMethod(System.class, "currentTimeMillis")
            .orShould().callMethod(System.class, "identityHashCode", Object.class)
            .orShould().callMethod(Math.class, "random").check(shootdown);
        noClasses().that().resideInAnyPackage(MACHINE).should().dependOnClassesThat()
            .resideInAPackage("java.time..").check(shootdown);
        noClasses().that().resideInAnyPackage(MACHINE).should().dependOnClassesThat()
            .belongToAnyOf(java.util.Random.class, java.security.SecureRandom.class).check(shootdown);
    }

    @Test
    void shouldHaveNoCollectionWhoseOrderIsThatOfHashes() {
        noClasses().that().resideInAnyPackage(MACHINE).should().dependOnClassesThat()
            .belongToAnyOf(HashMap.class, HashSet.class, Hashtable.class, IdentityHashMap.class,
                WeakHashMap.class).check(shootdown);
    }

    @Test
    void shouldKeepTheGuestsFromKnowingTheCommandLine() {
        noClasses().that().resideInAPackage(GUEST).should().dependOnClassesThat().resideInAPackage(PERF)
            .check(shootdown);
    }

    @Test
    void shouldStackExperimentReportAndCommandLine() {
        noClasses().that().resideInAPackage(ROOT + "perf.experiment..").should().dependOnClassesThat()
            .resideInAnyPackage(ROOT + "perf.report..", ROOT + "perf.cli..").check(shootdown);
        noClasses().that().resideInAPackage(ROOT + "perf.report..").should().dependOnClassesThat()
            .resideInAPackage(ROOT + "perf.cli..").check(shootdown);
    }

    private static String[] packages(final int from, final int to) {
        return FLOORS.subList(Math.min(from, FLOORS.size()), Math.min(to, FLOORS.size())).stream()
            .flatMap(List::stream).map(name -> ROOT + "core." + name + "..").toArray(String[]::new);
    }
}
