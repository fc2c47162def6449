package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.contract.ContractCore;
import dev.shootdown.core.time.EventQueue;
import dev.shootdown.mmu.oracle.FaultClass;
import org.junit.jupiter.api.Test;

/** Walks that nobody has asked for: what they do, and what they must not do. */
class SpeculationTest {
    private static final long PAGE = 0x40_0000L;
    private static final long FLAGS = MmuBench.RIGHTS | MmuBench.SEEN;
    private MmuBench machine = new MmuBench(2);
    private long root = machine.newTable();

    private ContractCore core(final int id) {
        return machine.core(id);
    }

    private void start(final String... settings) {
        machine = new MmuBench(2, settings);
        root = machine.newTable();
        machine.map(root, PAGE, 1, 0x5000, FLAGS);
        machine.load(0, root, false);
        core(0).rip = PAGE;
        machine.read(0, PAGE);
    }

    @Test
    void shouldFillTheCachesAndSetAccessedButNotDirty() {
        final long entry = machine.map(root, PAGE, 1, 0x5000, MmuBench.RIGHTS);
        machine.load(0, root, false);
        machine.x86(0).speculate(PAGE);
        assertThat(core(0).walkLoads).isEqualTo(4);
        assertThat(machine.memory().peek(entry, 8) & MmuBench.SEEN).isEqualTo(Pte.ACCESSED);
        core(0).walkLoads = 0;
        assertThat(machine.read(0, PAGE)).isEqualTo(0x5000);
        assertThat(core(0).walkLoads).isZero();
    }

    @Test
    void shouldCostNothingAndCountApart() {
        start();
        machine.map(root, PAGE + 0x1000, 1, 0x6000, FLAGS);
        final long clock = core(0).clock;
        final long walks = core(0).counters().get(Counter.PAGE_WALKS);
        machine.x86(0).speculate(PAGE + 0x1000);
        assertThat(core(0).clock).isEqualTo(clock);
        assertThat(core(0).counters().get(Counter.PAGE_WALKS)).isEqualTo(walks);
        assertThat(core(0).counters().get(Counter.SPECULATIVE_WALKS)).isEqualTo(1);
    }

    @Test
    void shouldNeitherFaultNorDropNorFillWhereNothingIsMapped() {
        start();
        machine.x86(0).speculate(PAGE + 0x1000);
        machine.x86(0).speculate(0x7F00_0000_0000L);
        core(0).walkLoads = 0;
        assertThat(machine.read(0, PAGE)).isEqualTo(0x5000);
        assertThat(core(0).walkLoads).isZero();
        machine.map(root, PAGE + 0x1000, 1, 0x6000, FLAGS);
        assertThat(machine.read(0, PAGE + 0x1000)).isEqualTo(0x6000);
    }

    @Test
    void shouldLeaveRightsToTheAccessThatUsesTheEntry() {
        start();
        machine.map(root, PAGE + 0x1000, 1, 0x6000, Pte.PRESENT | MmuBench.SEEN);
        machine.x86(0).speculate(PAGE + 0x1000);
        assertThat(machine.write(0, PAGE + 0x1000)).isNegative();
        assertThat(machine.read(0, PAGE + 0x1000)).isEqualTo(0x6000);
    }

    @Test
    void shouldDoNothingWhilePagingIsOff() {
        start();
        final long cr0 = core(0).cr0;
        core(0).cr0 &= ~Cr0.PG;
        machine.x86(0).modeChanged(cr0, core(0).cr4, core(0).efer);
        machine.x86(0).speculate(PAGE);
        assertThat(core(0).counters().get(Counter.SPECULATIVE_WALKS)).isZero();
    }

    @Test
    void shouldReachATableThatWasFreed() {
        start("tlb.speculate_cycles", "20");
        machine.symbols().put("free_page_frame", 0x9000L);
        machine.attachProbes();
        final long directory = machine.entryAddress(root, PAGE, 2);
        final long table = machine.memory().peek(directory, 8) & Pte.ADDRESS;
        core(1).store(directory, 0);
        core(1).gprs[Gpr.RDI] = table >>> 12;
        machine.enter(1, "free_page_frame", table >>> 12);
        int moments = 0;
        while (core(0).counters().get(Counter.FREED_TABLE_WALKS) == 0) {
            assertThat(++moments).as("moments").isLessThan(2000);
            core(0).clock += 20;
            machine.events().deliverThrough(core(0).clock);
        }
        assertThat(machine.oracle().count(FaultClass.FREED_TABLE_WALK)).isPositive();
        assertThat(machine.oracle().reports().get(0).fault()).isEqualTo(FaultClass.FREED_TABLE_WALK);
    }

    @Test
    void shouldStopWhileTheCoreWaitsAndGoOnWithItsNextWalk() {
        start("tlb.speculate_cycles", "20", "tlb.evict_cycles", "20");
        core(0).running = false;
        machine.events().deliverThrough(core(0).clock + 1000);
        assertThat(machine.events().nextCycle()).isEqualTo(EventQueue.NEVER);
        core(0).running = true;
        machine.read(0, PAGE + 0x10_0000);
        assertThat(machine.events().nextCycle()).isLessThan(EventQueue.NEVER);
    }

    @Test
    void shouldScheduleNothingByDefault() {
        start();
        assertThat(machine.events().nextCycle()).isEqualTo(EventQueue.NEVER);
        assertThat(core(0).counters().get(Counter.SPECULATIVE_WALKS)).isZero();
    }

    @Test
    void shouldLoseEntriesAtSeededMoments() {
        start("tlb.evict_cycles", "10");
        int misses = 0;
        for (int i = 0; i < 20_000 && misses == 0; i++) {
            core(0).clock += 10;
            machine.events().deliverThrough(core(0).clock);
            core(0).walkLoads = 0;
            assertThat(machine.read(0, PAGE)).isEqualTo(0x5000);
            misses += core(0).walkLoads;
        }
        assertThat(misses).isPositive();
    }
}
