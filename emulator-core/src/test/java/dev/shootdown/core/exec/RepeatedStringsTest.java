package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.Core;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Repeated strings stop at a fault or an interrupt with exact registers, and go on. SDM 1 7.3.9. */
class RepeatedStringsTest {
    private static final int SOURCE = (int) Bench.DATA;
    private static final int TARGET = (int) Bench.DATA + 0x4000;
    private static final int COUNT = 40;

    private static Bench bench(final String code) {
        final Bench bench = Bench.running(code + "f4");
        bench.tables();
        for (int i = 0; i < 0x2000; i++) {
            bench.memory.store(SOURCE + i, 1, i * 7 + (i >> 8), -1, 0);
        }
        final Core core = bench.cores[0];
        core.gpr[Gpr.RCX] = COUNT;
        core.gpr[Gpr.RSI] = SOURCE;
        core.gpr[Gpr.RDI] = TARGET;
        return bench;
    }

    /** The page of an access is away after some iterations; the handler maps it and returns. */
    @ParameterizedTest
    @CsvSource({"f3a4, 1, 0", "f3a5, 4, 0", "f366a5, 2, 0", "f348a5, 8, 0", "f3a4, 1, 1", "f348a5, 8, 1",
        "fdf3a4, -1, 0", "fdf348a5, -8, 1"})
    void shouldGoOnAfterAPageFaultWhereItStopped(final String code, final int step, final int atSource) {
        for (int whole = 0; whole < COUNT; whole += 7) {
            final Bench bench = bench(code);
            final Core core = bench.cores[0];
            bench.code(Bench.HANDLERS + 16 * 14, "4883c408 48cf");
            final int pointer = atSource == 1 ? Gpr.RSI : Gpr.RDI;
            final long away = core.gpr[pointer] + (step > 0 ? 0x1000 : 0);
            core.gpr[pointer] += 0x1000 - (step > 0 ? (long) whole * step : -(whole - 1L) * -step);
            final long source = core.gpr[Gpr.RSI];
            final long target = core.gpr[Gpr.RDI];
            bench.mmus[0].missing.add(away);
            for (int i = 0; i < COUNT && core.counters().get(Counter.PAGE_FAULTS) == 0; i++) {
                bench.step();
            }
            final long done = COUNT - core.gpr[Gpr.RCX];
            assertThat(done).as("%s, %d whole", code, whole).isEqualTo(whole);
            assertThat(core.gpr[Gpr.RSI]).isEqualTo(source + done * step);
            assertThat(core.gpr[Gpr.RDI]).isEqualTo(target + done * step);
            bench.mmus[0].missing.clear();
            bench.run();
            assertThat(core.gpr[Gpr.RCX]).isZero();
            assertThat(core.gpr[Gpr.RSI]).isEqualTo(source + (long) COUNT * step);
            assertThat(core.gpr[Gpr.RDI]).isEqualTo(target + (long) COUNT * step);
        }
    }

    @Test
    void shouldTakeAnInterruptInTheMiddleAndGoOn() {
        final Bench bench = bench("f3a4");
        final Core core = bench.cores[0];
        bench.code(Bench.HANDLERS + 16 * 0x30, "48cf");
        core.setRflags(Rflags.IF);
        bench.step();
        final long left = core.gpr[Gpr.RCX];
        assertThat(left).isBetween(1L, COUNT - 1L);
        assertThat(core.rip).isEqualTo(Bench.CODE);
        bench.interrupts[0].requested = 0x30;
        core.interruptsChanged(core.clock());
        core.drainStores();
        bench.step();
        assertThat(core.rip).isEqualTo(Bench.HANDLERS + 16 * 0x30);
        assertThat(core.gpr[Gpr.RCX]).isEqualTo(left);
        core.drainStores();
        assertThat(bench.memory.load(core.gpr[Gpr.RSP], 8)).isEqualTo(Bench.CODE);
        bench.run();
        assertThat(core.gpr[Gpr.RCX]).isZero();
        for (int i = 0; i < COUNT; i++) {
            assertThat(bench.memory.load(TARGET + i, 1)).isEqualTo(bench.memory.load(SOURCE + i, 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"f3a6, 12, 13", "f2ae, 5, 6", "f3ae, 0, 1"})
    void shouldEndAComparisonAtTheFirstThatDecides(final String code, final int at, final int iterations) {
        final Bench bench = bench(code);
        final Core core = bench.cores[0];
        for (int i = 0; i < COUNT; i++) {
            bench.memory.store(TARGET + i, 1, bench.memory.load(SOURCE + i, 1), -1, 0);
        }
        bench.memory.store(TARGET + at, 1, 0xEE, -1, 0);
        core.gpr[Gpr.RAX] = 0xEE;
        if ("f3ae".equals(code)) {
            core.gpr[Gpr.RAX] = 0x11;
        }
        bench.run();
        assertThat(core.gpr[Gpr.RCX]).isEqualTo(COUNT - iterations);
    }

    @Test
    void shouldWrapAt64KInRealMode() {
        final Bench bench = new Bench(2);
        final Core core = bench.cores[1];
        bench.code(Bench.CODE, "f3a4 f4");
        core.startUp(0, (int) (Bench.CODE >> 12));
        bench.memory.store(0xFFFE, 1, 0x11, -1, 0);
        bench.memory.store(0xFFFF, 1, 0x22, -1, 0);
        bench.memory.store(0, 1, 0x33, -1, 0);
        core.gpr[Gpr.RCX] = 0xABCD_0003L;
        core.gpr[Gpr.RSI] = 0xABCD_FFFEL;
        core.gpr[Gpr.RDI] = 0xABCD_7000L;
        bench.cores[0].halt();
        bench.run();
        assertThat(core.gpr[Gpr.RCX]).isEqualTo(0xABCD_0000L);
        assertThat(core.gpr[Gpr.RSI]).isEqualTo(0xABCD_0001L);
        assertThat(core.gpr[Gpr.RDI]).isEqualTo(0xABCD_7003L);
        assertThat(bench.memory.load(0x7000, 4)).isEqualTo(0x332211);
    }

    @Test
    void shouldUseTheAddressSizeForCountAndPointers() {
        final Bench bench = bench("67f3a4");
        final Core core = bench.cores[0];
        core.gpr[Gpr.RCX] |= 0x1_0000_0000L;
        core.gpr[Gpr.RSI] |= 0x1_0000_0000L;
        bench.run();
        assertThat(core.gpr[Gpr.RCX]).isZero();
        assertThat(core.gpr[Gpr.RSI]).isEqualTo(SOURCE + COUNT);
        assertThat(bench.memory.load(TARGET + 5, 1)).isEqualTo(bench.memory.load(SOURCE + 5, 1));
    }

    @Test
    void shouldTakeTheSourceFromTheSegmentOfThePrefixAndTheTargetFromEs() {
        // wrmsr of FS base through the core, then rep movs from fs
        final Bench bench = bench("64f3a4");
        final Core core = bench.cores[0];
        core.msrs.setSegmentBase(Seg.FS, 0x100);
        bench.run();
        assertThat(bench.memory.load(TARGET, 1)).isEqualTo(bench.memory.load(SOURCE + 0x100, 1));
    }

    @Test
    void shouldDoNothingButCountAsAnInstructionWhenTheCountIsZero() {
        final Bench bench = bench("f3a4");
        bench.cores[0].gpr[Gpr.RCX] = 0;
        bench.run();
        assertThat(bench.cores[0].gpr[Gpr.RSI]).isEqualTo(SOURCE);
        assertThat(bench.memory.load(TARGET, 8)).isZero();
    }
}
