package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.contract.ContractCore;
import org.junit.jupiter.api.Test;

class WalkTest {
    private static final long LINEAR = 0x7F00_0000_3000L;
    private final MmuBench machine = new MmuBench(1);
    private final ContractCore core = machine.core(0);
    private final long root = machine.newTable();

    WalkTest() {
        core.cr3 = root;
    }

    private long count(final Counter counter) {
        return core.counters().get(counter);
    }

    @Test
    void shouldReadFourEntriesWhenNothingIsCached() {
        machine.map(root, LINEAR, 1, 0x5000, MmuBench.RIGHTS | MmuBench.SEEN);
        machine.poke(root + 8 * (LINEAR >>> 39), machine.memory().peek(root + 8 * (LINEAR >>> 39), 8));
        assertThat(machine.read(0, LINEAR + 8)).isEqualTo(0x5008);
        assertThat(count(Counter.PAGE_WALK_LOADS)).isEqualTo(4);
        assertThat(count(Counter.PAGE_WALK_CYCLES)).isEqualTo(12 + 4 * 5);
        assertThat(count(Counter.DTLB_LOAD_MISSES)).isEqualTo(1);
    }

    @Test
    void shouldReadOneEntryWhenThePdEntryIsCached() {
        machine.map(root, LINEAR, 1, 0x5000, MmuBench.RIGHTS | MmuBench.SEEN);
        machine.map(root, LINEAR + 4096, 1, 0x6000, MmuBench.RIGHTS | MmuBench.SEEN);
        machine.read(0, LINEAR);
        core.walkLoads = 0;
        assertThat(machine.read(0, LINEAR + 4096)).isEqualTo(0x6000);
        assertThat(core.walkLoads).isEqualTo(1);
        assertThat(count(Counter.PAGING_STRUCTURE_CACHE_HITS)).isEqualTo(1);
    }

    @Test
    void shouldSetAccessedOnReadAndDirtyOnWrite() {
        final long entry = machine.map(root, LINEAR, 1, 0x5000, MmuBench.RIGHTS);
        machine.read(0, LINEAR);
        assertThat(machine.memory().peek(entry, 8) & MmuBench.SEEN).isEqualTo(Pte.ACCESSED);
        machine.write(0, LINEAR);
        assertThat(machine.memory().peek(entry, 8) & MmuBench.SEEN).isEqualTo(MmuBench.SEEN);
        assertThat(count(Counter.AD_ASSISTS)).isEqualTo(2);
        machine.write(0, LINEAR);
        assertThat(count(Counter.AD_ASSISTS)).isEqualTo(2);
    }

    @Test
    void shouldNotSetDirtyWhenTheWriteFaults() {
        final long entry = machine.map(root, LINEAR, 1, 0x5000, Pte.PRESENT);
        assertThat(machine.write(0, LINEAR)).isEqualTo(~(long) (PageFaultCode.PRESENT | PageFaultCode.WRITE));
        assertThat(machine.memory().peek(entry, 8) & MmuBench.SEEN).isZero();
    }

    @Test
    void shouldReadTheEntryAgainWhenItChangedBeforeTheUpdate() {
        final long entry = machine.map(root, LINEAR, 1, 0x5000, MmuBench.RIGHTS);
        core.beforeUpdate = () -> machine.poke(entry, 0x6000 | MmuBench.RIGHTS);
        assertThat(machine.read(0, LINEAR)).isEqualTo(0x6000);
    }

    @Test
    void shouldMeetMemoryWhenAWriteFindsTheDirtyBitClear() {
        final long entry = machine.map(root, LINEAR, 1, 0x5000, MmuBench.RIGHTS);
        machine.read(0, LINEAR);
        core.store(entry, 0);
        assertThat(machine.write(0, LINEAR)).isEqualTo(~(long) PageFaultCode.WRITE);
        assertThat(machine.read(0, LINEAR)).isEqualTo(~0L);
    }

    @Test
    void shouldRepairASpuriousFaultWhenRightsWereAdded() {
        final long entry = machine.map(root, LINEAR, 1, 0x5000, Pte.PRESENT | MmuBench.SEEN);
        machine.read(0, LINEAR);
        core.store(entry, 0x5000 | MmuBench.RIGHTS | MmuBench.SEEN);
        assertThat(machine.write(0, LINEAR)).isEqualTo(0x5000);
    }

    @Test
    void shouldNotLookAtMemoryOnAHit() {
        final long entry = machine.map(root, LINEAR, 1, 0x5000, MmuBench.RIGHTS | MmuBench.SEEN);
        machine.read(0, LINEAR);
        core.store(entry, 0);
        assertThat(machine.read(0, LINEAR)).isEqualTo(0x5000);
    }

    @Test
    void shouldSeeItsOwnPendingStore() {
        final long entry = machine.map(root, LINEAR, 1, 0x5000, MmuBench.RIGHTS | MmuBench.SEEN);
        core.buffer(entry, 0x6000 | MmuBench.RIGHTS | MmuBench.SEEN);
        assertThat(machine.read(0, LINEAR)).isEqualTo(0x6000);
        core.drain();
        assertThat(machine.oracle().marked()).isZero();
    }

    @Test
    void shouldFaultOnReservedBits() {
        final int reserved = PageFaultCode.PRESENT | PageFaultCode.RESERVED;
        machine.map(root, LINEAR, 1, 0x5000, Pte.PRESENT | 1L << 46);
        assertThat(machine.read(0, LINEAR)).isEqualTo(~(long) reserved);
        machine.map(root, 0x4000_0000L, 2, 0x20_2000, Pte.PRESENT);
        assertThat(machine.read(0, 0x4000_0000L)).isEqualTo(~(long) reserved);
    }

    @Test
    void shouldTranslateLargeAndHugePages() {
        machine.map(root, 0x4000_0000L, 2, 0x60_0000, MmuBench.RIGHTS);
        machine.map(root, 0x8000_0000L, 3, 0xC000_0000L, MmuBench.RIGHTS);
        assertThat(machine.read(0, 0x401F_FFFFL)).isEqualTo(0x7F_FFFF);
        assertThat(machine.read(0, 0x8765_4321L)).isEqualTo(0xC765_4321L);
        assertThat(machine.x86(0).translate(0x8765_4321L, Access.FETCH)).isEqualTo(0xC765_4321L);
    }

    @Test
    void shouldRefillTheFirstLevelFromTheSecond() {
        for (int page = 0; page < 5; page++) {
            machine.map(root, LINEAR + page * 0x1_0000L, 1, 0x5000, MmuBench.RIGHTS | MmuBench.SEEN);
            machine.read(0, LINEAR + page * 0x1_0000L);
        }
        machine.read(0, LINEAR);
        assertThat(count(Counter.DTLB_L1_MISSES)).isEqualTo(1);
        assertThat(count(Counter.PAGE_WALKS)).isEqualTo(5);
    }

    @Test
    void shouldPeekWithoutEffect() {
        machine.map(root, LINEAR, 1, 0x5000, MmuBench.RIGHTS);
        final String before = machine.digest();
        assertThat(machine.x86(0).peekTranslate(LINEAR + 1, root)).isEqualTo(0x5001);
        assertThat(machine.x86(0).peekTranslate(0x1000, root)).isEqualTo(-1);
        assertThat(machine.digest()).isEqualTo(before);
    }
}
