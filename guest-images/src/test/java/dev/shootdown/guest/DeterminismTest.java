package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.machine.RunLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same request gives the same run, to the last bit of memory. */
class DeterminismTest {
    private static final String MIXED = "workload=mixed duration_us=1000";

    @Test
    void shouldGiveTheSameDigestForTheSameSeed() {
        assertThat(digest(7)).isEqualTo(digest(7));
    }

    @Test
    void shouldGiveAnotherDigestForAnotherSeed() {
        assertThat(digest(7)).isNotEqualTo(digest(8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1"})
    void shouldGiveTheSameDigestWithoutTranslationFilter(final String tso) {
        final String[] results = new String[2];
        for (int filter = 0; filter < 2; filter++) {
            results[filter] = digest(7, "machine.translation_filter", "" + filter, "machine.tso", tso);
        }
        assertThat(results[0]).isEqualTo(results[1]);
    }

    /** At a limit all cores stop in the same cycle, so that the whole states can be compared. */
    @ParameterizedTest
    @ValueSource(longs = {400_000, 1_000_001, 2_200_222})
    void shouldGiveTheSameStateWhetherOrNotCoresRunAhead(final long cycles) {
        final String[] results = new String[2];
        for (int ahead = 0; ahead < 2; ahead++) {
            final GuestRun run = new GuestRun(GuestCatalog.V6_15_RC5, 4, 7, MIXED, "machine.run_ahead",
                "" + ahead);
            run.machine.run(RunLimits.of(cycles));
            results[ahead] = run.machine.digest();
        }
        assertThat(results[0]).isEqualTo(results[1]);
    }

    /** Threads of one core are nearer than cores: none may run ahead by more than what lies between them. */
    @Test
    void shouldGiveTheSameStateWithThreadsThatReachEachOtherAtOnce() {
        final String[] results = new String[2];
        for (int ahead = 0; ahead < 2; ahead++) {
            final GuestRun run = new GuestRun(GuestCatalog.V6_15, 4, 7, MIXED,
                "machine.run_ahead", "" + ahead, "machine.threads_per_core", "2", "cost.ipi_self", "1",
                "cost.x2apic_icr", "1", "cost.ipi_same_socket", "5000", "cost.ipi_cross_socket", "5000");
            run.machine.run(RunLimits.of(2_000_000));
            results[ahead] = run.machine.digest();
        }
        assertThat(results[0]).isEqualTo(results[1]);
    }

    private static String digest(final long seed, final String... keysAndValues) {
        final GuestRun run = new GuestRun(GuestCatalog.V6_15_RC5, 4, seed, MIXED, keysAndValues);
        run.toEnd();
        return run.machine.digest();
    }
}
