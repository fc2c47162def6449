package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.mmu.oracle.Cause;
import dev.shootdown.mmu.oracle.FaultClass;
import dev.shootdown.mmu.oracle.FaultReport;
import dev.shootdown.mmu.oracle.TranslationOracle;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * CPU 1 holds a translation; CPU 0 changes and flushes. Legal cases are never reported, each fault class is.
 */
class OracleTest {
    private static final long PAGE = 0x40_0000L;
    private static final long FRAME = 0x5000;
    private static final long OTHER_FRAME = 0x6000;
    private static final long MM = MmuBench.KERNEL + 0x100;
    private static final long FLAGS = MmuBench.RIGHTS | MmuBench.SEEN;
    private static final long DATA = 0x8000;
    private static final long STATES = MmuBench.KERNEL + 0x400;
    private static final long SHARED = MmuBench.KERNEL + 0x800;
    private static final int LOADED_MM_1 = 0x440;
    private MmuBench machine;
    private long root;
    private long leaf;

    @BeforeEach
    void prepare() {
        build();
    }

    private void build(final String... settings) {
        machine = new MmuBench(2, settings);
        root = machine.newTable();
        machine.map(root, MmuBench.KERNEL, 1, DATA, Pte.PRESENT | Pte.WRITABLE | Pte.GLOBAL
            | MmuBench.SEEN);
        machine.map(root, MmuBench.KERNEL + 0x1000, 1, DATA + 0x1000, Pte.PRESENT | MmuBench.SEEN);
        leaf = machine.map(root, PAGE, 1, FRAME, FLAGS);
        long address = MmuBench.KERNEL + 0x10_0000;
        for (final String function : new String[] {"flush_tlb_mm_range", "flush_tlb_kernel_range",
                "free_page_frame",
            "alloc_page_frame", "should_flush_tlb", "switch_mm_irqs_off", "touch_pages",
            "madvise_dontneed"}) {
            machine.symbols().put(function, address += 0x100);
        }
        machine.symbols().put("cpu_tlbstate", STATES);
        machine.symbols().put("cpu_tlbstate_shared", SHARED);
        final Map<String, Long> offsets = new TreeMap<>();
        offsets.put("mm_struct.pgd_pa", 0L);
        offsets.put("mm_struct.context.tlb_gen", 8L);
        offsets.put("mm_struct.cpu_bitmap", 16L);
        offsets.put("tlb_state.loaded_mm", 0L);
        offsets.put("tlb_state.loaded_mm_asid", 8L);
        offsets.put("tlb_state.ctxs", 16L);
        offsets.put("tlb_context.size", 16L);
        offsets.put("tlb_context.ctx_id", 0L);
        offsets.put("tlb_context.tlb_gen", 8L);
        offsets.put("tlb_state_shared.is_lazy", 0L);
        offsets.put("cpu_tlbstate.stride", 64L);
        offsets.put("cpu_tlbstate_shared.stride", 64L);
        machine.publishOffsets(DATA + 0x1000, MmuBench.KERNEL + 0x1000, offsets);
        machine.poke(DATA + 0x100, root);
        machine.poke(DATA + 0x108, 17);
        machine.poke(DATA + 0x110, 3);
        machine.poke(DATA + 0xF00, machine.symbols().address("madvise_dontneed"));
        machine.core(0).gprs[Gpr.RSP] = MmuBench.KERNEL + 0xF00;
        machine.core(1).rip = machine.symbols().address("touch_pages");
        machine.load(0, root | 1, true);
        machine.load(1, root | 1, true);
        machine.attachProbes();
        machine.read(1, PAGE);
    }

    private TranslationOracle oracle() {
        return machine.oracle();
    }

    private long stale(final Counter counter) {
        return machine.core(1).counters().get(counter);
    }

    private void change(final long value) {
        machine.core(0).store(leaf, value);
    }

    private long beginFlush(final long start, final long end) {
        machine.enter(0, "flush_tlb_mm_range", MM, start, end, 12, 0);
        return machine.core(0).clock;
    }

    private void flush(final long start, final long end) {
        final long entered = beginFlush(start, end);
        machine.leave(0, "flush_tlb_mm_range", entered, 0);
        machine.core(1).clock = machine.core(0).clock + 10;
    }

    private void flushLeavingOut(final long answer) {
        final long entered = beginFlush(PAGE, PAGE + 0x1000);
        machine.enter(0, "should_flush_tlb", 1, 0);
        machine.leave(0, "should_flush_tlb", machine.core(0).clock, answer);
        machine.leave(0, "flush_tlb_mm_range", entered, 0);
    }

    private void free(final long frame) {
        machine.enter(0, "free_page_frame", frame >>> 12);
    }

    private void assertNothingReported() {
        assertThat(oracle().reports()).isEmpty();
        assertThat(stale(Counter.STALE_ACCESSES) + stale(Counter.STALE_FRAMES)
            + stale(Counter.FREED_TABLE_WALKS))
            .isZero();
    }

    // legal

    @Test
    void shouldCountAUseBeforeTheFlushAsAStaleHit() {
        change(0);
        assertThat(machine.read(1, PAGE)).isEqualTo(FRAME);
        assertThat(stale(Counter.STALE_HITS)).isEqualTo(1);
        assertNothingReported();
    }

    @Test
    void shouldCountAUseDuringTheFlushAsAStaleHit() {
        change(OTHER_FRAME | FLAGS);
        beginFlush(PAGE, PAGE + 0x1000);
        machine.read(1, PAGE);
        assertThat(stale(Counter.STALE_HITS)).isEqualTo(1);
        assertNothingReported();
    }

    @Test
    void shouldNotMindMoreRights() {
        change(FRAME | Pte.PRESENT | MmuBench.SEEN);
        machine.x86(1).invlpg(PAGE);
        machine.read(1, PAGE);
        change(FRAME | FLAGS);
        assertThat(oracle().marked()).isZero();
    }

    @Test
    void shouldNotMindAccessedDirtyAndIgnoredBits() {
        change(FRAME | MmuBench.RIGHTS | 7 << 9 | 1L << 52);
        assertThat(oracle().marked()).isZero();
    }

    @Test
    void shouldForgetAChangeThatIsRestored() {
        change(0);
        assertThat(oracle().marked()).isPositive();
        change(FRAME | FLAGS);
        assertThat(oracle().marked()).isZero();
        flush(PAGE, PAGE + 0x1000);
        machine.read(1, PAGE);
        assertThat(stale(Counter.STALE_HITS)).isZero();
        assertNothingReported();
    }

    @Test
    void shouldNotMindAnEntryThatWasInvalidated() {
        change(OTHER_FRAME | FLAGS);
        machine.x86(1).invlpg(PAGE);
        flush(PAGE, PAGE + 0x1000);
        assertThat(machine.read(1, PAGE)).isEqualTo(OTHER_FRAME);
        assertThat(oracle().marked()).isZero();
        assertNothingReported();
    }

    @Test
    void shouldNotLetAFlushOfAnotherRangeOrSpacePromise() {
        change(0);
        flush(PAGE + 0x1000, PAGE + 0x2000);
        machine.poke(DATA + 0x100, root + 0x10_0000);
        flush(0, -1);
        machine.read(1, PAGE);
        assertThat(stale(Counter.STALE_HITS)).isEqualTo(1);
        assertNothingReported();
    }

    @Test
    void shouldNotLetAFlushPromiseWhatChangedAfterItsBeginningOnAnotherCpu() {
        final long entered = beginFlush(PAGE, PAGE + 0x1000);
        machine.core(1).store(leaf, 0);
        machine.leave(0, "flush_tlb_mm_range", entered, 0);
        machine.read(1, PAGE);
        assertNothingReported();
    }

    @Test
    void shouldNotLetAFlushOfAnMmPromiseGlobalPages() {
        final long entry = machine.map(root, MmuBench.KERNEL + 0x5000, 1, FRAME, FLAGS | Pte.GLOBAL);
        machine.read(1, MmuBench.KERNEL + 0x5000);
        machine.core(0).store(entry, 0);
        flush(0, -1);
        machine.read(1, MmuBench.KERNEL + 0x5000);
        assertNothingReported();
    }

    @Test
    void shouldNotSuspectAGlobalPageWhenTheTableThatItWasFilledThroughDies() {
        final long other = machine.newTable();
        machine.poke(other + 8 * 256, machine.memory().peek(root + 8 * 256, 8));
        final long entry = MmuBench.KERNEL;
        machine.load(1, other | 2, true);
        machine.read(1, entry);
        machine.core(0).store(other + 8 * 256, 0);
        machine.load(1, root | 1, true);
        machine.read(1, entry);
        assertThat(stale(Counter.STALE_HITS)).isZero();
    }

    // faults

    @Test
    void shouldReportAUseAfterTheFlushAsAStaleAccess() {
        change(0);
        flush(PAGE, PAGE + 0x1000);
        assertThat(machine.read(1, PAGE + 8)).isEqualTo(FRAME + 8);
        assertThat(stale(Counter.STALE_ACCESSES)).isEqualTo(1);
        assertThat(oracle().count(FaultClass.STALE_ACCESS)).isEqualTo(1);
        final FaultReport report = oracle().reports().get(0);
        assertThat(report.headline())
            .isEqualTo("BUG: shootdown: stale-access in touch_pages / madvise_dontneed");
        assertThat(report.text().lines()).allMatch(line -> line.length() <= 100);
    }

    @Test
    void shouldReportEachEntryOnceAndCountEveryUse() {
        change(0);
        flush(0, -1);
        for (int i = 0; i < 5; i++) {
            machine.read(1, PAGE);
        }
        assertThat(oracle().reports()).hasSize(1);
        assertThat(stale(Counter.STALE_ACCESSES)).isEqualTo(5);
    }

    @Test
    void shouldReportAFetchThroughAStaleEntry() {
        machine.x86(1).translate(PAGE, Access.FETCH);
        change(0);
        flush(0, -1);
        machine.x86(1).translate(PAGE, Access.FETCH);
        assertThat(oracle().reports().get(0).use().kind()).isEqualTo("Fetch");
    }

    @Test
    void shouldReportAUseAfterTheFrameWasFreedAsAStaleFrame() {
        change(0);
        flush(0, -1);
        free(FRAME);
        machine.read(1, PAGE);
        assertThat(stale(Counter.STALE_ACCESSES)).isEqualTo(1);
        assertThat(stale(Counter.STALE_FRAMES)).isEqualTo(1);
        assertThat(oracle().reports().get(0).fault()).isEqualTo(FaultClass.STALE_FRAME);
    }

    @Test
    void shouldReportAFrameThatWasFreedBeforeItWasUnmapped() {
        free(FRAME);
        change(0);
        machine.read(1, PAGE);
        assertThat(stale(Counter.STALE_FRAMES)).isEqualTo(1);
    }

    @Test
    void shouldReportAWalkThroughAFreedTable() {
        machine.map(root, PAGE + 0x1000, 1, OTHER_FRAME, FLAGS);
        final long table = leaf & Pte.ADDRESS;
        machine.core(0).store(machine.entryAddress(root, PAGE, 2), 0);
        free(table);
        machine.read(1, PAGE + 0x1000);
        assertThat(stale(Counter.FREED_TABLE_WALKS)).isEqualTo(1);
        assertThat(oracle().reports().get(0).fault()).isEqualTo(FaultClass.FREED_TABLE_WALK);
    }

    @Test
    void shouldFollowACopyFromTheSecondLevelAndAChangeOfAnUpperEntry() {
        for (int i = 1; i <= 4; i++) {
            machine.map(root, PAGE + i * 0x1_0000L, 1, OTHER_FRAME, FLAGS);
            machine.read(1, PAGE + i * 0x1_0000L);
        }
        machine.core(0).store(machine.entryAddress(root, PAGE, 2), 0);
        flush(0, -1);
        machine.read(1, PAGE);
        assertThat(machine.core(1).counters().get(Counter.DTLB_L1_MISSES)).isEqualTo(1);
        assertThat(stale(Counter.STALE_ACCESSES)).isEqualTo(1);
    }

    @Test
    void shouldMarkAnEntryThatIsBornStaleFromAStructureCache() {
        machine.map(root, PAGE + 0x1000, 1, OTHER_FRAME, FLAGS);
        machine.core(0).store(machine.entryAddress(root, PAGE, 2), 0);
        flush(0, -1);
        machine.read(1, PAGE + 0x1000);
        assertThat(stale(Counter.STALE_ACCESSES)).isEqualTo(1);
    }

    @Test
    void shouldReportAKernelPageAfterFlushTlbKernelRange() {
        final long linear = MmuBench.KERNEL + 0x5000;
        final long entry = machine.map(root, linear, 1, FRAME, FLAGS | Pte.GLOBAL);
        machine.read(1, linear);
        machine.core(0).store(entry, 0);
        machine.enter(0, "flush_tlb_kernel_range", linear, linear + 0x1000);
        machine.leave(0, "flush_tlb_kernel_range", machine.core(0).clock, 0);
        machine.read(1, linear);
        assertThat(stale(Counter.STALE_ACCESSES)).isEqualTo(1);
    }

    @Test
    void shouldNotAnswerFromTheFilterOnceMarked() {
        machine.read(1, PAGE);
        assertThat(machine.x86(1).smallFilter().answersRead(machine.x86(1).smallFilter().slot(PAGE), PAGE, 0))
            .isTrue();
        change(0);
        assertThat(machine.x86(1).smallFilter().answersRead(machine.x86(1).smallFilter().slot(PAGE), PAGE, 0))
            .isFalse();
    }

    @Test
    void shouldStopAtTheFirstFaultWhenTold() {
        build("oracle.stop_at_first", "1");
        change(0);
        flush(0, -1);
        assertThatThrownBy(() -> machine.read(1, PAGE)).isInstanceOf(MachineStop.class)
            .hasMessageContaining("stale-access in touch_pages");
    }

    @Test
    void shouldKeepNoMoreReportsThanToldButCountAll() {
        build("oracle.max_reports", "0");
        change(0);
        flush(0, -1);
        machine.read(1, PAGE);
        assertThat(oracle().reports()).isEmpty();
        assertThat(oracle().count(FaultClass.STALE_ACCESS)).isEqualTo(1);
    }

    // causes

    private Cause causeAfterFlushLeavingOut() {
        change(0);
        flushLeavingOut(0);
        machine.core(1).clock = machine.core(0).clock + 10;
        machine.read(1, PAGE);
        return oracle().reports().get(0).cause();
    }

    @Test
    void shouldBlameTheUntestedSwitchingState() {
        machine.poke(DATA + LOADED_MM_1, 1);
        assertThat(causeAfterFlushLeavingOut()).isEqualTo(Cause.SWITCHING_NOT_TESTED);
        assertThat(oracle().count(Cause.SWITCHING_NOT_TESTED)).isEqualTo(1);
        assertThat(oracle().reports().get(0).text())
            .contains("left out", "LOADED_MM_SWITCHING", "tlb_gen=17");
    }

    @Test
    void shouldBlameTheStoreBuffer() {
        machine.poke(DATA + LOADED_MM_1, MmuBench.KERNEL + 0x300);
        machine.core(1).buffer(DATA + LOADED_MM_1, 1);
        assertThat(causeAfterFlushLeavingOut()).isEqualTo(Cause.SWITCHING_IN_STORE_BUFFER);
        assertThat(oracle().reports().get(0).text()).contains("waiting in its store buffer");
    }

    @Test
    void shouldBlameLaziness() {
        machine.poke(DATA + 0x840, 1);
        assertThat(causeAfterFlushLeavingOut()).isEqualTo(Cause.LAZY);
    }

    @Test
    void shouldBlameTheMask() {
        machine.poke(DATA + 0x110, 1);
        change(0);
        flush(PAGE, PAGE + 0x1000);
        machine.read(1, PAGE);
        assertThat(oracle().reports().get(0).cause()).isEqualTo(Cause.NOT_IN_MASK);
    }

    @Test
    void shouldCountAChangeThatWaitedInTheStoreBufferAtEntryAsCovered() {
        machine.core(0).buffer(leaf, 0);
        final long entered = beginFlush(PAGE, PAGE + 0x1000);
        machine.core(0).drain();
        machine.leave(0, "flush_tlb_mm_range", entered, 0);
        machine.read(1, PAGE);
        assertThat(stale(Counter.STALE_ACCESSES)).isEqualTo(1);
    }

    @Test
    void shouldSayWhichChecksAreOff() {
        machine.symbols().remove("debug_offsets");
        assertThat(oracle().checksThatAreOff()).singleElement().asString()
            .startsWith("No symbol debug_offsets");
    }

    @Test
    void shouldStopWatchingAFrameThatIsNoTableAnyMore() {
        machine.x86(0).reset();
        machine.x86(1).reset();
        final long table = leaf & Pte.ADDRESS;
        free(table);
        assertThat(machine.memory().frame(table).uses).isZero();
    }
}
