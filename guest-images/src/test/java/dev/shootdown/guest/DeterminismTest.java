package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

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

    private static String digest(final long seed, final String... keysAndValues) {
        final GuestRun run = new GuestRun(GuestCatalog.V6_15_RC5, 4, seed, MIXED, keysAndValues);
        run.toEnd();
        return run.machine.digest();
    }
}
