package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.count.Counters;
import dev.shootdown.core.spi.contract.ContractCore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The shapes of TLBs that processors have: how many pages fit, and what happens to the next one. */
class GeometryTest {
    private static final long BASE = 0x40_0000_0000L;
    private static final long FLAGS = MmuBench.RIGHTS | MmuBench.SEEN;

    private static MmuBench machine(final String settings, final int level, final int pages) {
        final MmuBench machine = new MmuBench(1, settings.isEmpty() ? new String[0]
            : settings.split("[ =]+"));
        final long root = machine.newTable();
        for (int page = 0; page < pages; page++) {
            machine.map(root, linear(level, page), level, 0x4000_0000L, FLAGS);
        }
        machine.load(0, root, false);
        return machine;
    }

    private static long linear(final int level, final int page) {
        return BASE + ((long) page << 12 + 9 * (level - 1));
    }

    /** Touches all pages twice. @return the second time's walks, and misses of the first level alone */
    private static long[] secondPass(final MmuBench machine, final int level, final int pages,
            final int access) {
        final Counters counters = machine.core(0).counters();
        long walks = 0;
        long misses = 0;
        for (int pass = 0; pass < 2; pass++) {
            walks = -counters.get(Counter.PAGE_WALKS);
            misses = -counters.get(Counter.DTLB_L1_MISSES) - counters.get(Counter.ITLB_L1_MISSES);
            for (int page = 0; page < pages; page++) {
                machine.x86(0).translate(linear(level, page), access);
            }
        }
        return new long[] {walks + counters.get(Counter.PAGE_WALKS),
            misses + counters.get(Counter.DTLB_L1_MISSES) + counters.get(Counter.ITLB_L1_MISSES)};
    }

    /** Each row: settings, level of the pages, access, pages that just fit the first and both levels. */
    @ParameterizedTest
    @CsvSource({
        "'', 1, 0, 64, 1536",
        "'', 2, 0, 32, 1536",
        "'', 3, 0, 4, 16",
        "'', 1, 2, 128, 1536",
        "tlb.l1d_4k_sets=16 tlb.l1d_4k_ways=6 tlb.l2_sets=128 tlb.l2_ways=16, 1, 0, 96, 2048",
        "tlb.l1i_4k_sets=32 tlb.l1i_4k_ways=8, 1, 2, 256, 1536",
        "tlb.l2_2m_sets=128 tlb.l2_2m_ways=8, 2, 0, 32, 1024",
        "tlb.l1d_shared=1 tlb.l1d_4k_sets=1 tlb.l1d_4k_ways=72 tlb.l2_ways=24, 1, 0, 72, 3072",
        "tlb.l1d_shared=1 tlb.l1d_4k_sets=1 tlb.l1d_4k_ways=72 tlb.l2_ways=24, 2, 0, 72, 3072",
        "tlb.l1i_shared=1 tlb.l1i_4k_sets=1 tlb.l1i_4k_ways=64 tlb.l2i_ways=8, 1, 2, 64, 512",
        "tlb.l1i_shared=1 tlb.l1i_4k_sets=1 tlb.l1i_4k_ways=64 tlb.l2i_ways=8, 2, 2, 64, 512"})
    void shouldHoldAsManyPagesAsItHasEntries(final String settings, final int level, final int access,
            final int first, final int both) {
        assertThat(secondPass(machine(settings, level, first), level, first, access)).containsExactly(0, 0);
        final long[] more = secondPass(machine(settings, level, first + 1), level, first + 1, access);
        assertThat(more[1]).as("misses of the first level").isPositive();
        assertThat(secondPass(machine(settings, level, both), level, both, access)[0]).isZero();
        assertThat(secondPass(machine(settings, level, both + 1), level, both + 1, access)[0]).isPositive();
    }

    @Test
    void shouldHoldAHugePageInPieces() {
        final MmuBench machine = machine("tlb.l2_1g_pieces=1 tlb.l1d_1g_ways=1 tlb.l2_1g_ways=0", 3, 3);
        final ContractCore core = machine.core(0);
        machine.read(0, linear(3, 0));
        machine.read(0, linear(3, 1));
        core.walkLoads = 0;
        assertThat(machine.read(0, linear(3, 0) + 5)).isEqualTo(0x4000_0005L);
        assertThat(core.walkLoads).isZero();
        machine.x86(0).invlpg(linear(3, 0) + 0x3000_0000L);
        machine.read(0, linear(3, 0));
        assertThat(core.walkLoads).isPositive();
    }

    @Test
    void shouldLetPagesOfAllSizesCompeteInASharedArray() {
        final MmuBench machine = machine("tlb.l1d_shared=1 tlb.l1d_4k_sets=1 tlb.l1d_4k_ways=2", 1, 2);
        machine.map(machine.core(0).cr3, 0x4000_0000L, 2, 0x4000_0000L, FLAGS);
        machine.read(0, linear(1, 0));
        machine.read(0, linear(1, 1));
        machine.read(0, 0x4000_0000L);
        machine.read(0, linear(1, 0));
        assertThat(machine.core(0).counters().get(Counter.DTLB_L1_MISSES)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "tlb.l1d_4k_sets=12, tlb.l1d_4k_sets=12; expected a power of two",
        "tlb.l2i_ways=2 tlb.l2i_sets=6, tlb.l2i_sets=6; expected a power of two",
        "tlb.l1d_4k_ways=0, out of range",
        "tlb.l2_ways=128, out of range",
        "tlb.replacement=1 tlb.l1d_4k_ways=72, at most 64",
        "machine.physical_bits=53, out of range",
        "psc.skip=1001, out of range",
        "tlb.l1d_4k_way=3, the nearest is 'tlb.l1d_4k_ways'"})
    void shouldRefuseWhatCannotBe(final String settings, final String message) {
        assertThatThrownBy(() -> machine(settings, 1, 1)).isInstanceOf(SettingException.class)
            .hasMessageContaining(message);
    }

    @Test
    void shouldWorkWithoutASecondLevelAndWithoutStructureCaches() {
        final MmuBench machine = machine("tlb.l2_ways=0 tlb.l2_1g_ways=0 psc.pd=0 psc.pdpt=0", 1, 65);
        assertThat(secondPass(machine, 1, 65, Access.READ)[0]).isPositive();
        assertThat(machine.read(0, linear(1, 7))).isEqualTo(0x4000_0000L);
    }
}
