package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.GuestFault;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.spi.MachineStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of x87 and SSE, as a kernel handles it. */
class FpuOpsTest {
    private static final int MXCSR_AT = 24;
    private static final int XMM15_AT = 160 + 15 * 16;
    private static final int IMAGE_BYTES = 512;

    private static Bench bench(final String code) {
        final Bench bench = Bench.running(code + "f4");
        bench.tables();
        bench.cores[0].control.writeCr4(Cr4.PAE | Cr4.OSFXSR);
        bench.cores[0].gpr[Gpr.RDI] = Bench.DATA;
        bench.cores[0].gpr[Gpr.RSI] = Bench.DATA + 0x1000;
        return bench;
    }

    private static int faultOf(final Bench bench) {
        final Insn insn = bench.cores[0].code.enter();
        try {
            Forms.execute(bench.cores[0], insn);
            return -1;
        } catch (final GuestFault fault) {
            return fault.vector();
        }
    }

    @Test
    void shouldSaveTheStateAfterReset() {
        // fxsave64 (rdi)
        final Bench bench = bench("480fae07");
        bench.run();
        assertThat(bench.memory.load(Bench.DATA, 4)).isEqualTo(0x40);
        assertThat(bench.memory.load(Bench.DATA + MXCSR_AT, 8)).isEqualTo(0xFFFF_0000_1F80L);
    }

    @Test
    void shouldSaveWhatItRestored() {
        // fxrstor64 (rsi); fxsave64 (rdi)
        final Bench bench = bench("480fae0e 480fae07");
        for (int at = 0; at < IMAGE_BYTES; at += 8) {
            bench.word(Bench.DATA + 0x1000 + at, 0x0101_0101_0101_0101L * (at / 8));
        }
        bench.word(Bench.DATA + 0x1000, 0x1234_00FF_0000_037FL);
        bench.word(Bench.DATA + 0x1000 + MXCSR_AT, 0x0000_0000_0000_9FC0L);
        bench.run();
        assertThat(bench.memory.load(Bench.DATA, 8)).isEqualTo(0x1234_00FF_0000_037FL);
        assertThat(bench.memory.load(Bench.DATA + MXCSR_AT, 8)).isEqualTo(0xFFFF_0000_9FC0L);
        assertThat(bench.memory.load(Bench.DATA + XMM15_AT + 8, 8)).isEqualTo(0x0101_0101_0101_0101L * 51);
        assertThat(bench.memory.load(Bench.DATA + XMM15_AT + 16, 8)).isZero();
    }

    @Test
    void shouldInitialiseAndStoreControlAndStatus() {
        // fldcw (rsi); fninit; fnstcw (rdi); fnstsw ax; fldcw (rsi); fnstcw 2(rdi)
        final Bench bench = bench("d92e dbe3 d93f dfe0 d92e d97f02");
        bench.word(Bench.DATA + 0x1000, 0xFFFF);
        bench.cores[0].gpr[Gpr.RAX] = 0x1234_5678;
        bench.run();
        assertThat(bench.memory.load(Bench.DATA, 2)).isEqualTo(0x37F);
        assertThat(bench.memory.load(Bench.DATA + 2, 2)).isEqualTo(0x1F7F);
        assertThat(bench.cores[0].gpr[Gpr.RAX]).isEqualTo(0x1234_0000);
    }

    @Test
    void shouldRefuseBitsOfMxcsrThatDoNotExist() {
        final Bench load = bench("0fae17");
        load.word(Bench.DATA, 0x1_1F80);
        assertThat(faultOf(load)).isEqualTo(Vector.GP);
        final Bench image = bench("480fae0e");
        image.word(Bench.DATA + 0x1000 + MXCSR_AT, 0x1_0000);
        assertThat(faultOf(image)).isEqualTo(Vector.GP);
    }

    @ParameterizedTest
    @CsvSource({"480fae07, 7, 7, 7", "480fae0f, 7, 7, 7", "0fae17, 6, 7, 6", "0fae1f, 6, 7, 6",
        "dbe3, 7, 7, -1", "d93f, 7, 7, -1", "9b, -1, 7, -1", "0f28c1, 6, 7, 6",
        "d8c1, 7, 7, -2", "0f6fc1, 6, 7, -2"})
    void shouldFaultAsTheControlRegistersSay(final String code, final int emulated, final int switched,
            final int withoutOsfxsr) {
        assertThat(faultOf(with(code, Cr0.EM, Cr4.OSFXSR))).as("CR0.EM").isEqualTo(emulated);
        assertThat(faultOf(with(code, Cr0.TS | Cr0.MP, Cr4.OSFXSR))).as("CR0.TS").isEqualTo(switched);
        final Bench plain = with(code, 0, 0);
        if (withoutOsfxsr == -2) {
            assertThatThrownBy(() -> faultOf(plain)).isInstanceOf(MachineStop.class)
                .hasMessageContaining("not modelled");
        } else if (!code.startsWith("48")) {
            assertThat(faultOf(plain)).as("CR4.OSFXSR clear").isEqualTo(withoutOsfxsr);
        }
    }

    private static Bench with(final String code, final long cr0, final long cr4) {
        final Bench bench = bench(code);
        final Core core = bench.cores[0];
        core.control.writeCr4(Cr4.PAE | cr4);
        core.control.writeCr0(core.cr0() | cr0);
        return bench;
    }

    @ParameterizedTest
    @ValueSource(strings = {"480fae07", "480fae0f"})
    void shouldDemandAlignment(final String code) {
        final Bench bench = bench(code);
        bench.cores[0].gpr[Gpr.RDI] += 8;
        assertThat(faultOf(bench)).isEqualTo(Vector.GP);
    }

    @Test
    void shouldRaiseAnExceptionThatWasRestoredAtTheNextWait() {
        // fxrstor64 (rsi); fwait
        final Bench bench = bench("480fae0e 9b");
        bench.word(Bench.DATA + 0x1000, 0x0000_0000_0001_037EL);
        bench.step();
        assertThat(faultOf(bench)).isEqualTo(Vector.MF);
    }

    @ParameterizedTest
    @ValueSource(strings = {"d8c1", "0f58c1", "660ffec1", "0f77", "0f3800c1"})
    void shouldStopByNameWhereItWouldCompute(final String code) {
        assertThatThrownBy(() -> faultOf(bench(code))).isInstanceOf(MachineStop.class)
            .hasMessageContaining("is not modelled");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c5f877", "62f1fd086fc1", "0f01c1", "0f01d8", "0fae20", "0f01d0",
        "c6f800", "0f3709", "660f38dbc1", "f20f38f0c1", "0f01ee"})
    void shouldRaiseUndefinedForWhatCpuidDoesNotOffer(final String code) {
        assertThat(faultOf(bench(code))).isEqualTo(Vector.UD);
    }
}
