package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.spi.contract.ContractCore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SDM 3A 4.10.4.1, sentence by sentence: which translation survives which instruction. */
class InvalidationTest {
    private static final long PAGE = 0x40_0000L;
    private static final long NEIGHBOUR = 0x40_1000L;
    private static final long GLOBAL = 0x80_0000_0000L;
    private static final long HUGE = 0xC000_0000L;
    private final MmuBench machine = new MmuBench(1);
    private final ContractCore core = machine.core(0);
    private final long root = machine.newTable();

    @BeforeEach
    void fillUnderPcidsOneAndTwo() {
        machine.map(root, PAGE, 1, 0x5000, MmuBench.RIGHTS | MmuBench.SEEN);
        machine.map(root, NEIGHBOUR, 1, 0x6000, MmuBench.RIGHTS | MmuBench.SEEN);
        machine.map(root, GLOBAL, 1, 0x7000, MmuBench.RIGHTS | MmuBench.SEEN | Pte.GLOBAL);
        machine.map(root, HUGE, 3, 0x4000_0000L, MmuBench.RIGHTS | MmuBench.SEEN);
        for (long pcid = 2; pcid > 0; pcid--) {
            machine.load(0, root | pcid, true);
            machine.read(0, PAGE);
            machine.read(0, NEIGHBOUR);
            machine.read(0, GLOBAL);
        }
    }

    /** How many paging entries a read of {@code linear} loads under {@code pcid}; 0 is a hit. */
    private int loads(final long pcid, final long linear) {
        machine.load(0, root | pcid, true);
        core.walkLoads = 0;
        machine.read(0, linear);
        return core.walkLoads;
    }

    private void changeMode(final Runnable change) {
        final long cr0 = core.cr0;
        final long cr4 = core.cr4;
        final long efer = core.efer;
        change.run();
        machine.x86(0).modeChanged(cr0, cr4, efer);
    }

    @Test
    void shouldKeepEverythingOnCr3WriteWithNoFlush() {
        machine.load(0, root | 1, true);
        assertThat(loads(1, PAGE) + loads(2, PAGE) + loads(1, GLOBAL)).isZero();
    }

    @Test
    void shouldFlushTheNewPcidButNotGlobalsOnCr3Write() {
        machine.load(0, root | 2, false);
        assertThat(loads(1, PAGE)).isZero();
        assertThat(loads(2, GLOBAL)).isZero();
        assertThat(loads(2, PAGE)).isEqualTo(4);
    }

    @Test
    void shouldIsolatePcids() {
        assertThat(loads(3, PAGE)).isEqualTo(4);
        assertThat(loads(3, GLOBAL)).isZero();
    }

    @Test
    void shouldInvalidateOnePageOfThisPcidAndItsStructureCachesOnInvlpg() {
        machine.x86(0).invlpg(PAGE + 5);
        assertThat(loads(1, NEIGHBOUR)).isZero();
        assertThat(loads(2, PAGE)).isZero();
        assertThat(loads(1, PAGE)).isEqualTo(4);
    }

    @Test
    void shouldInvalidateAGlobalPageForEveryPcidOnInvlpg() {
        machine.x86(0).invlpg(GLOBAL);
        assertThat(loads(2, GLOBAL)).isEqualTo(1);
    }

    @Test
    void shouldLeaveOtherStructureCachesAloneOnInvpcidAddress() {
        machine.x86(0).invpcid(0, 2, PAGE);
        machine.x86(0).invpcid(0, 2, GLOBAL);
        assertThat(loads(1, PAGE)).isZero();
        assertThat(loads(2, GLOBAL)).isZero();
        assertThat(loads(2, NEIGHBOUR)).isZero();
        assertThat(loads(2, PAGE)).isEqualTo(4);
    }

    @Test
    void shouldInvalidateOneContextWithoutGlobalsOnInvpcidContext() {
        machine.x86(0).invpcid(1, 2, 0);
        assertThat(loads(1, PAGE)).isZero();
        assertThat(loads(2, GLOBAL)).isZero();
        assertThat(loads(2, PAGE)).isEqualTo(4);
    }

    @Test
    void shouldInvalidateAllOnInvpcidAllWithGlobals() {
        machine.x86(0).invpcid(2, 0, 0);
        assertThat(loads(1, PAGE)).isEqualTo(4);
        assertThat(loads(2, PAGE)).isEqualTo(4);
        assertThat(loads(1, GLOBAL)).isEqualTo(3 + 1);
    }

    @Test
    void shouldKeepGlobalsOnInvpcidAllButGlobals() {
        machine.x86(0).invpcid(3, 0, 0);
        assertThat(loads(1, GLOBAL)).isZero();
        assertThat(loads(1, PAGE)).isEqualTo(4);
        assertThat(loads(2, PAGE)).isEqualTo(4);
    }

    @Test
    void shouldFlushEverythingWhenPgeToggles() {
        changeMode(() -> core.cr4 ^= Cr4.PGE);
        assertThat(loads(1, GLOBAL)).isEqualTo(4);
        assertThat(loads(2, PAGE)).isEqualTo(4);
    }

    @Test
    void shouldNotMakeGlobalEntriesWithoutPge() {
        changeMode(() -> core.cr4 ^= Cr4.PGE);
        machine.load(0, root | 1, true);
        machine.read(0, GLOBAL);
        assertThat(loads(2, GLOBAL)).isEqualTo(4);
    }

    @Test
    void shouldFlushEverythingWhenPcidsEnd() {
        changeMode(() -> {
            core.cr3 = root;
            core.cr4 &= ~Cr4.PCIDE;
        });
        core.walkLoads = 0;
        machine.read(0, GLOBAL);
        assertThat(core.walkLoads).isEqualTo(4);
    }

    @Test
    void shouldFlushTheCurrentPcidWhenSmepBegins() {
        changeMode(() -> core.cr4 |= Cr4.SMEP);
        assertThat(loads(2, PAGE)).isZero();
        assertThat(loads(1, PAGE)).isEqualTo(4);
    }

    @Test
    void shouldNotFlushWhenSmapBegins() {
        changeMode(() -> core.cr4 |= Cr4.SMAP);
        assertThat(machine.read(0, PAGE)).isNegative();
        core.walkLoads = 0;
        assertThat(machine.x86(0).translate(NEIGHBOUR, Access.READ | Access.USER)).isEqualTo(0x6000);
        assertThat(core.walkLoads).isZero();
    }

    @Test
    void shouldFlushEverythingWhenWpOrNxeChanges() {
        changeMode(() -> core.cr0 ^= Cr0.WP);
        assertThat(loads(2, PAGE)).isEqualTo(4);
        changeMode(() -> core.efer ^= Efer.NXE);
        assertThat(loads(2, PAGE)).isEqualTo(4);
    }

    @Test
    void shouldInvalidateAllPiecesOfAHugePageOnInvlpg() {
        machine.x86(0).translate(HUGE, Access.FETCH);
        machine.x86(0).translate(HUGE + 0x20_0000, Access.FETCH);
        machine.x86(0).invlpg(HUGE + 0x3000_0000);
        core.walkLoads = 0;
        machine.x86(0).translate(HUGE + 0x20_0000, Access.FETCH);
        assertThat(core.walkLoads).isPositive();
    }
}
