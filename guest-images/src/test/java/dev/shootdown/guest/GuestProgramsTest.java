package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each guest test program finds its claim true on our machine. */
class GuestProgramsTest {
    /** Any will do; programs that depend on it run more often elsewhere. */
    private static final long SEED = 1;

    @TestFactory
    Stream<DynamicTest> shouldPassHere() {
        return tests(false);
    }

    @TestFactory
    @Tag("slow")
    Stream<DynamicTest> shouldPassHereSlowly() {
        return tests(true);
    }

    private static Stream<DynamicTest> tests(final boolean slow) {
        GuestPrograms.build();
        return GuestPrograms.catalogue().stream().filter(program -> program.slow() == slow)
            .map(program -> DynamicTest.dynamicTest(program + ": " + program.claim(),
                () -> assertPasses(new GuestProgramRun(program, SEED, Map.of()).transcript())));
    }

    /** The last line sums up; there is at least one report and none has failed. */
    static void assertPasses(final String transcript) {
        assertThat(transcript.lines().toList()).as(transcript).noneMatch(line -> line.startsWith("FAIL: "))
            .last().asString().matches("end: [1-9][0-9]* reports, 0 failures");
    }

    @Test
    void shouldCatalogueEverySource() {
        assertThat(GuestPrograms.catalogue()).extracting(GuestProgram::name).isSorted()
            .containsExactlyInAnyOrderElementsOf(GuestPrograms.sources());
    }

    @Test
    void shouldSayWhatIsWrongInTheCatalogue() {
        assertThatThrownBy(() -> GuestPrograms.parse(List.of("cpus = 1"))).hasMessageContaining("cpus = 1");
        assertThatThrownBy(() -> GuestPrograms.parse(List.of("[a]", "[a]"))).hasMessageContaining("[a]");
        assertThatThrownBy(() -> GuestPrograms.parse(List.of("[a]", "claim = It is."))).hasMessage(
            "a: cpus='' is not a number");
        assertThatThrownBy(() -> GuestPrograms.parse(List.of("[a]", "claim = It is.", "cpus = 65")))
            .hasMessage("a: cpus=65 is not from 1 to 64");
        assertThatThrownBy(() -> GuestPrograms.parse(List.of("[a]", "claim = It is")))
            .hasMessageContaining("is not a sentence");
        assertThatThrownBy(() -> GuestPrograms.parse(List.of("[a]", "cpu = 1")))
            .hasMessage("a: unknown key 'cpu'");
    }
}
