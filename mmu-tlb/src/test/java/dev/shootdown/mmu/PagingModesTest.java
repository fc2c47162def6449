package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.spi.contract.ContractCore;
import dev.shootdown.mmu.oracle.ReferenceWalk;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.tlb.TlbEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every paging mode: reserved bits, sizes of page, memory types, accessed and dirty bits, PDPTEs. */
class PagingModesTest {
    private static final Paging[] MODES = {Paging.LEGACY, Paging.PAE, Paging.FOUR_LEVEL, Paging.FIVE_LEVEL};
    private static final long LINEAR = 0x4040_1000L;
    private static final long PAGE = 0x4000_0000L;
    private static final long FULL = MmuBench.RIGHTS | MmuBench.SEEN;
    private final MmuBench machine = new MmuBench(1);
    private final ContractCore core = machine.core(0);
    private final long root = machine.newTable();

    private static long read(final MmuBench machine, final long linear) {
        machine.x86(0).invpcid(2, 0, 0);
        return machine.read(0, linear);
    }

    // ---- each bit of each entry, against the reference walk

    @ParameterizedTest
    @ValueSource(ints = {36, 39, 40, 46, 52})
    void shouldFaultOnReservedBitsOfAnyEntryInAnyMode(final int physicalBits) {
        int faults = 0;
        for (final Paging paging : MODES) {
            for (int level = 1; level <= Math.min(3, paging.top()); level++) {
                for (int at = level; at <= paging.top(); at++) {
                    faults += flipBits(paging, level, at, physicalBits, true)
                        + flipBits(paging, level, at, physicalBits, false);
                }
            }
        }
        assertThat(faults).isPositive();
    }

    /** Sets each bit of the entry of level {@code at} that leads to a page of {@code level}. */
    private static int flipBits(final Paging paging, final int level, final int at, final int physicalBits,
            final boolean noExecute) {
        final MmuBench machine = new MmuBench(1, "machine.physical_bits", "" + physicalBits);
        final ContractCore core = machine.core(0);
        final long root = machine.newTable();
        core.efer = noExecute ? core.efer : core.efer & ~Efer.NXE;
        machine.map(paging, root, LINEAR, level, PAGE, FULL);
        final long address = machine.entryAddress(paging, root, LINEAR, at);
        final long good = machine.entry(paging, address);
        machine.page(0, paging, root);
        final ReferenceWalk reference = new ReferenceWalk(machine.memory(), physicalBits);
        int faults = 0;
        for (int bit = 0; bit < (paging == Paging.LEGACY ? Integer.SIZE : Long.SIZE); bit++) {
            machine.poke(paging, address, good ^ 1L << bit);
            final long found = read(machine, LINEAR);
            reference.walk(core.cr0, root, core.cr4, core.efer, LINEAR);
            final int fault = reference.fault(Access.READ, core.cr0, core.cr4, 0);
            assertThat(found).as("%s: bit %d at level %d", paging, bit, at)
                .isEqualTo(fault >= 0 ? ~(long) fault : reference.physical(LINEAR));
            faults += fault >= 0 && (fault & PageFaultCode.RESERVED) != 0 ? 1 : 0;
        }
        return faults;
    }

    @ParameterizedTest
    @EnumSource(value = Paging.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldCarryTheMemoryTypeOfEachSizeOfPage(final Paging paging) {
        machine.page(0, paging, pointers(paging));
        final ReferenceWalk reference = new ReferenceWalk(machine.memory(), 46);
        for (int level = 1; level <= Math.min(3, paging.top()); level++) {
            final long pat = level == 1 ? 1L << 7 : 1L << 12;
            for (int type = 0; type < 8; type++) {
                final long linear = LINEAR + ((long) level << 32 & (paging.top() > 2 ? -1L : 0))
                    + (level == 1 ? 0x1000_0000L : 0);
                machine.map(paging, root, linear, level, PAGE, FULL | (type & 3) << 3 | ((type & 4) != 0 ? pat
                    : 0));
                read(machine, linear);
                reference.walk(core.cr0, root, core.cr4, core.efer, linear);
                assertThat(reference.patIndex()).isEqualTo(type);
                assertThat(TlbEntry.patIndex(held(linear))).as("%s level %d", paging, level).isEqualTo(type);
            }
        }
    }

    private long held(final long linear) {
        final TlbHierarchy tlbs = machine.x86(0).tlbs();
        for (final Tlb tlb : new Tlb[] {tlbs.dataSmall, tlbs.dataLarge, tlbs.dataHuge}) {
            for (final int shift : new int[] {PageSize.SHIFT_4K, PageSize.SHIFT_2M, PageSize.SHIFT_1G}) {
                final int index = tlb.find(linear, shift, 0);
                if (index != Tlb.MISS) {
                    return tlb.entry(index);
                }
            }
        }
        throw new AssertionError("nothing holds 0x" + Long.toHexString(linear));
    }

    /** With PAE paging all directory pointers are there before they are loaded. */
    private long pointers(final Paging paging) {
        if (paging == Paging.PAE) {
            for (long gib = 0; gib < 4; gib++) {
                machine.entryAddress(Paging.PAE, root, gib << 30, 2);
            }
        }
        return root;
    }

    // ---- 32-bit paging

    @Test
    void shouldReach40BitsWithPagesOf4MiB() {
        machine.map(Paging.LEGACY, root, 0x80_0000, 2, 0xC000_0000L | 0x5AL << 13, FULL);
        machine.page(0, Paging.LEGACY, root);
        assertThat(machine.read(0, 0x80_0123)).isEqualTo(0x5A_C000_0123L);
        assertThat(machine.read(0, 0xBF_FFFF)).isEqualTo(0x5A_C03F_FFFFL);
    }

    @Test
    void shouldTakeAPageOf4MiBForATableWithoutPse() {
        final long table = machine.newTable();
        machine.poke(Paging.LEGACY, root + 4 * 2, table | FULL | Pte.LARGE);
        machine.poke(Paging.LEGACY, table, 0x5000 | FULL);
        machine.page(0, Paging.LEGACY, root);
        assertThat(machine.read(0, 0x80_0000)).isNotEqualTo(0x5000);
        final long cr4 = core.cr4;
        core.cr4 &= ~Cr4.PSE;
        machine.x86(0).modeChanged(core.cr0, cr4, core.efer);
        assertThat(machine.read(0, 0x80_0000)).isEqualTo(0x5000);
    }

    @Test
    void shouldDropBothPiecesOfAPageOf4MiB() {
        machine.map(Paging.LEGACY, root, 0x80_0000, 2, 0x40_0000L, FULL);
        machine.page(0, Paging.LEGACY, root);
        for (final int access : new int[] {Access.READ, Access.FETCH}) {
            machine.x86(0).translate(0x80_0000, access);
            machine.x86(0).translate(0xA0_0000, access);
            core.walkLoads = 0;
            machine.x86(0).translate(0xA0_0000, access);
            assertThat(core.walkLoads).isZero();
            machine.x86(0).invlpg(0x80_0000);
            machine.x86(0).translate(0xA0_0000, access);
            assertThat(core.walkLoads).isPositive();
        }
    }

    @Test
    void shouldLeaveTheNeighbourAloneWhenItSetsAccessedAndDirty() {
        final long entry = machine.map(Paging.LEGACY, root, 0x1000, 1, 0x5000, MmuBench.RIGHTS);
        machine.poke(Paging.LEGACY, entry + 4, 0x1234_5678);
        machine.page(0, Paging.LEGACY, root);
        core.beforeUpdate = () -> machine.poke(Paging.LEGACY, entry + 4, 0x7654_3210);
        assertThat(machine.write(0, 0x1000)).isEqualTo(0x5000);
        assertThat(machine.entry(Paging.LEGACY, entry)).isEqualTo(0x5000 | FULL);
        assertThat(machine.entry(Paging.LEGACY, entry + 4)).isEqualTo(0x7654_3210);
    }

    @Test
    void shouldTellTheOracleOfEachHalfOfAPair() {
        machine.map(Paging.LEGACY, root, 0x1000, 1, 0x5000, FULL);
        final long second = machine.map(Paging.LEGACY, root, 0x2000, 1, 0x40_6000, FULL);
        machine.page(0, Paging.LEGACY, root);
        machine.read(0, 0x1000);
        machine.read(0, 0x2000);
        machine.memory().store(second, 4, 0x80_6000 | FULL, 0, 1);
        assertThat(machine.oracle().marked()).isEqualTo(2);
        machine.memory().store(second, 4, 0x40_6000 | FULL, 0, 1);
        assertThat(machine.oracle().marked()).isZero();
    }

    // ---- PAE paging

    @Test
    void shouldUseTheDirectoryPointersThatWereLoaded() {
        machine.map(Paging.PAE, root, LINEAR, 1, 0x5000, FULL);
        machine.page(0, Paging.PAE, root);
        assertThat(read(machine, LINEAR)).isEqualTo(0x5000);
        machine.poke(root + 8, 0);
        assertThat(read(machine, LINEAR)).isEqualTo(0x5000);
        assertThat(machine.x86(0).loadDirectoryPointers(root)).isTrue();
        machine.load(0, root, false);
        assertThat(machine.read(0, LINEAR)).isEqualTo(~0L);
    }

    @Test
    void shouldRefuseReservedBitsOfPresentDirectoryPointersAndKeepTheOldOnes() {
        machine.map(Paging.PAE, root, LINEAR, 1, 0x5000, FULL);
        machine.page(0, Paging.PAE, root);
        final long good = machine.memory().peek(root + 8, 8);
        for (int bit = 1; bit < Long.SIZE; bit++) {
            machine.poke(root + 8, good | 1L << bit);
            final boolean allowed = bit == 3 || bit == 4 || bit >= 9 && bit < 46;
            assertThat(machine.x86(0).loadDirectoryPointers(root)).as("bit %d", bit).isEqualTo(allowed);
            machine.poke(root + 8, (good | 1L << bit) & ~Pte.PRESENT);
            assertThat(machine.x86(0).loadDirectoryPointers(root)).as("absent, bit %d", bit).isTrue();
        }
        machine.poke(root + 8, good);
        assertThat(machine.x86(0).loadDirectoryPointers(root)).isTrue();
        machine.poke(root + 8, good | 2);
        assertThat(machine.x86(0).loadDirectoryPointers(root)).isFalse();
        assertThat(read(machine, LINEAR)).isEqualTo(0x5000);
    }

    @Test
    void shouldSaveTheDirectoryPointers() {
        machine.map(Paging.PAE, root, LINEAR, 1, 0x5000, FULL);
        machine.page(0, Paging.PAE, root);
        final String before = machine.digest();
        machine.poke(root + 16, 0x7000 | Pte.PRESENT);
        assertThat(machine.digest()).isEqualTo(before);
        machine.x86(0).loadDirectoryPointers(root);
        assertThat(machine.digest()).isNotEqualTo(before);
    }

    // ---- 5-level paging

    @Test
    void shouldTranslate57BitsAndCacheTheTopLevel() {
        final MmuBench five = new MmuBench(1, "machine.la57", "1", "psc.pml5", "2", "psc.pml4", "0",
            "psc.pdpt", "0", "psc.pd", "0");
        final long top = five.newTable();
        final long[] places = {0x00AB_CDEF_0123_4000L, 0x00AB_0000_0000_0000L, 0xFF12_3456_789A_B000L};
        for (final long linear : places) {
            five.map(Paging.FIVE_LEVEL, top, linear, 1, 0x5000, FULL);
        }
        five.page(0, Paging.FIVE_LEVEL, top);
        assertThat(five.read(0, places[0] + 5)).isEqualTo(0x5005);
        assertThat(five.core(0).walkLoads).isEqualTo(5);
        assertThat(five.read(0, places[1])).isEqualTo(0x5000);
        assertThat(five.core(0).walkLoads).isEqualTo(5 + 4);
        assertThat(five.read(0, places[2])).isEqualTo(0x5000);
        assertThat(five.core(0).walkLoads).isEqualTo(5 + 4 + 5);
        assertThat(five.x86(0).peekTranslate(places[2] + 1, top)).isEqualTo(0x5001);
        five.x86(0).invlpg(places[0]);
        five.read(0, places[0]);
        assertThat(five.core(0).walkLoads).isEqualTo(5 + 4 + 5 + 5);
    }

    @Test
    void shouldMarkWhatDependsOnAChangedEntryOfTheTopLevel() {
        machine.map(Paging.FIVE_LEVEL, root, LINEAR, 1, 0x5000, FULL);
        machine.page(0, Paging.FIVE_LEVEL, root);
        machine.read(0, LINEAR);
        core.store(root, 0);
        assertThat(machine.oracle().marked()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void shouldPeekWithoutPaging() {
        core.cr0 = 1;
        assertThat(machine.x86(0).peekTranslate(0x1234, root)).isEqualTo(0x1234);
    }
}
