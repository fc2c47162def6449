package dev.shootdown.guest.silicon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.OpTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The same instructions with the same registers, flags and memory on the processor of the host and in the
 * emulator: every register, RIP, every defined flag, every byte of memory, the exception with its error code
 * and CR2. The seed is the system property {@code silicon.seed}, the number of cases {@code silicon.cases}.
 */
class SiliconTest {
    private static final long SEED = Long.getLong("silicon.seed", 1);
    private static final Path SOURCE = Path.of("src", "test", "c", "silicon.c");
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"BITS_64, 10000", "BITS_32, 5000"})
    void shouldAgreeWithTheProcessorOnAFewCases(final CodeMode mode, final long cases)
            throws IOException, InterruptedException {
        campaign(mode, cases);
    }

    @Tag("slow")
    @ParameterizedTest
    @CsvSource({"BITS_64, 1000000", "BITS_32, 300000"})
    void shouldAgreeWithTheProcessorOnAMillionCases(final CodeMode mode, final long cases)
            throws IOException, InterruptedException {
        campaign(mode, Long.getLong("silicon.cases", cases));
    }

    private void campaign(final CodeMode mode, final long cases) throws IOException, InterruptedException {
        NativeProcessor.missing().ifPresent(reason -> Assumptions.abort("silicon: skipped, " + reason));
        try (Campaign campaign = new Campaign(SOURCE, folder, mode, SEED)) {
            campaign.run(cases);
            System.out.println(campaign.report(SEED));
            assertThat(campaign.mismatchCount).as("seed %d%n%s", SEED, String.join("\n", campaign.mismatches))
                .isZero();
            assertThat(campaign.cases).isEqualTo(cases);
            assertThat(campaign.missedRows()).as("rows without a case or a reason").isEmpty();
        }
    }

    @Test
    void shouldExcludeOnlyOperationsThatTheTableHas() {
        final TreeSet<String> names = new TreeSet<>();
        OpTable.rows().forEach(row -> names.add(OpTable.name(row.op())));
        assertThat(names).containsAll(Nature.EXCLUDED.keySet());
        assertThat(Nature.EXCLUDED.values()).allMatch(reason -> !reason.isBlank());
    }

    @Test
    void shouldReadEveryRowOfTheTable() {
        final List<RowShape> shapes = OpTable.rows().stream().map(RowShape::new).toList();
        assertThat(shapes).allMatch(shape -> shape.firstOpcode >= 0 && shape.lastOpcode >= shape.firstOpcode
            && shape.lastOpcode <= 0xFF);
    }
}
