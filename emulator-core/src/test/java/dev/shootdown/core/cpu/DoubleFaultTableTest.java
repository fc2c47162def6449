package dev.shootdown.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Vector;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** SDM 3A tables 6-4 and 6-5. */
final class DoubleFaultTableTest {
    private static final Set<Integer> CONTRIBUTORY = Set.of(Vector.DE, Vector.TS, Vector.NP, Vector.SS,
        Vector.GP);
    private static final int VECTORS = 32;

    @Test
    void shouldDoubleWhatTheManualDoubles() {
        for (int first = 0; first < VECTORS; first++) {
            for (int second = 0; second < VECTORS; second++) {
                final boolean doubles = CONTRIBUTORY.contains(first) && CONTRIBUTORY.contains(second)
                    || first == Vector.PF && (second == Vector.PF || CONTRIBUTORY.contains(second));
                assertThat(Vectoring.isDouble(first, second)).as("%s then %s", first, second)
                    .isEqualTo(doubles);
            }
        }
    }
}
