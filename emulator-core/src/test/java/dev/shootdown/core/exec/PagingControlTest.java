package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.GuestFault;
import dev.shootdown.core.cpu.Starting;
import org.junit.jupiter.api.Test;

/** Which paging modes the control registers accept, and what is canonical then. SDM 3A 4.1, 4.4.1. */
class PagingControlTest {
    private static Core protectedMode(final Settings settings) {
        final Bench bench = new Bench(1, settings);
        Starting.inProtectedMode(bench.cores[0], Bench.CODE);
        return bench.cores[0];
    }

    private static Core protectedMode() {
        return protectedMode(Bench.settings());
    }

    private static FakeMmu mmu(final Core core) {
        return (FakeMmu) core.mmu();
    }

    private static void refused(final Runnable change) {
        assertThatThrownBy(change::run).isInstanceOf(GuestFault.class);
    }

    @Test
    void shouldBegin32BitPagingWithoutLongMode() {
        final Core core = protectedMode();
        core.control.writeCr0(core.cr0() | Cr0.PG);
        assertThat(core.cr0() & Cr0.PG).isNotZero();
        assertThat(core.efer() & Efer.LMA).isZero();
        assertThat(mmu(core).pointerLoads).isZero();
    }

    @Test
    void shouldLoadTheDirectoryPointersWheneverTheManualSays() {
        final Core core = protectedMode();
        core.control.writeCr4(core.cr4() | Cr4.PAE);
        assertThat(mmu(core).pointerLoads).isZero();
        core.control.writeCr0(core.cr0() | Cr0.PG);
        assertThat(mmu(core).pointerLoads).isEqualTo(1);
        core.control.writeCr3(0x2020);
        assertThat(mmu(core).pointerLoads).isEqualTo(2);
        for (final long bit : new long[] {Cr4.PGE, Cr4.PSE, Cr4.SMEP}) {
            core.control.writeCr4(core.cr4() ^ bit);
        }
        assertThat(mmu(core).pointerLoads).isEqualTo(5);
        core.control.writeCr4(core.cr4() ^ Cr4.SMAP);
        core.control.writeCr0(core.cr0() ^ Cr0.WP);
        assertThat(mmu(core).pointerLoads).isEqualTo(5);
        core.control.writeCr4(core.cr4() & ~Cr4.PAE);
        core.control.writeCr4(core.cr4() | Cr4.PAE);
        assertThat(mmu(core).pointerLoads).isEqualTo(6);
    }

    @Test
    void shouldChangeNothingWhenADirectoryPointerIsBad() {
        final Core core = protectedMode();
        core.control.writeCr4(core.cr4() | Cr4.PAE);
        mmu(core).pointersGood = false;
        refused(() -> core.control.writeCr0(core.cr0() | Cr0.PG));
        assertThat(core.cr0() & Cr0.PG).isZero();
        mmu(core).pointersGood = true;
        core.control.writeCr0(core.cr0() | Cr0.PG);
        mmu(core).pointersGood = false;
        refused(() -> core.control.writeCr3(0x3000));
        assertThat(core.cr3()).isZero();
        refused(() -> core.control.writeCr4(core.cr4() | Cr4.PGE));
        assertThat(core.cr4() & Cr4.PGE).isZero();
    }

    @Test
    void shouldKnowLa57OnlyWhereTheProcessorHasIt() {
        final Core without = protectedMode();
        refused(() -> without.control.writeCr4(without.cr4() | Cr4.LA57));
        final Core with = protectedMode(Bench.settings().with("machine.la57", "1", "test"));
        with.control.writeCr4(with.cr4() | Cr4.LA57);
        assertThat(with.cr4() & Cr4.LA57).isNotZero();
        assertThat(with.control.isCanonical(1L << 50)).as("outside long mode").isFalse();
    }

    @Test
    void shouldNotChangeLa57InLongMode() {
        final Bench bench = new Bench(1, Bench.settings().with("machine.la57", "1", "test"));
        bench.start(0, Bench.CODE);
        final Core core = bench.cores[0];
        refused(() -> core.control.writeCr4(core.cr4() | Cr4.LA57));
    }

    @Test
    void shouldTellAddressesFromBases() {
        final Core core = protectedMode(Bench.settings().with("machine.la57", "1", "test"));
        assertThat(core.control.isCanonical(1L << 47)).isFalse();
        assertThat(core.control.isCanonicalBase(1L << 55)).isTrue();
        assertThat(core.control.isCanonicalBase(1L << 56)).isFalse();
        assertThat(protectedMode().control.isCanonicalBase(1L << 47)).isFalse();
    }

    @Test
    void shouldReserveTheBitsOfCr3AboveThePhysicalAddress() {
        final Core core = protectedMode(Bench.settings().with("machine.physical_bits", "40", "test"));
        core.control.writeCr3(1L << 39);
        refused(() -> core.control.writeCr3(1L << 40));
    }
}
