package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Starting;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.DigestWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Modes and what they refuse; more of it in the guest test programs, which QEMU runs too. */
final class ModesTest {
    private static final long HOLE = 0x0000_8000_0000_0000L;
    private static final long SLOT = Bench.GDT + 48;

    private static Bench ready(final String hex) {
        final Bench bench = Bench.running(hex);
        bench.tables();
        return bench;
    }

    /** One core in 32-bit protected mode about to run {@code hex}. */
    private static Bench protectedMode(final String hex) {
        final Bench bench = new Bench(1);
        bench.code(Bench.CODE, hex);
        Starting.inProtectedMode(bench.cores[0], Bench.CODE);
        bench.tables();
        bench.cores[0].gpr[Gpr.RSP] = Bench.STACK;
        return bench;
    }

    /** One core in real mode about to run {@code hex} at 0:0x8000. */
    private static Bench realMode(final String hex) {
        final Bench bench = new Bench(2);
        bench.code(0x8000, hex);
        bench.cores[1].startUp(0, 8);
        return bench;
    }

    private static int handler(final Core core) {
        return (int) (core.rip - Bench.HANDLERS) / 16;
    }

    private static long pushed(final Bench bench, final long offset) {
        bench.cores[0].drainStores();
        return bench.memory.load(bench.cores[0].gpr[Gpr.RSP] + offset, 8);
    }

    // ---- canonical addresses and null selectors

    @Test
    void shouldRefuseAReadThatEndsInTheHole() {
        // mov (%rdi),%rax
        final Bench bench = ready("488b07");
        bench.cores[0].gpr[Gpr.RDI] = HOLE - 1;
        bench.step();
        assertThat(handler(bench.cores[0])).isEqualTo(Vector.GP);
    }

    @ParameterizedTest
    @CsvSource({"8ed0, 3, 13", "0f00d8, 0, 13", "8ed8, 3, -1", "0f00d0, 0, -1", "8ee0, 0x4b, 13"})
    void shouldTakeNullWhereTheManualDoes(final String hex, final String selector, final int vector) {
        // mov %ax,%ss; ltr %ax; mov %ax,%ds; lldt %ax; mov %ax,%fs
        final Bench bench = ready(hex);
        bench.cores[0].gpr[Gpr.RAX] = Integer.decode(selector);
        bench.step();
        assertThat(bench.cores[0].rip >= Bench.HANDLERS ? handler(bench.cores[0]) : -1).isEqualTo(vector);
    }

    // ---- shadows

    @Test
    void shouldKeepNmisAndInterruptsAwayAfterMovToSs() {
        // mov %eax,%ss; nop; nop
        final Bench bench = ready("8ed0 90 90");
        final Core core = bench.cores[0];
        core.setRflags(Rflags.IF);
        bench.step();
        bench.interrupts[0].requested = 0x30;
        core.nmi(0);
        bench.step();
        assertThat(core.rip).isEqualTo(Bench.CODE + 3);
        bench.step();
        assertThat(handler(core)).isEqualTo(Vector.NMI);
    }

    @Test
    void shouldKeepTheShadowOverAWaitForTheStoreBuffer() {
        // movq $5,(%rdi); sti; lock incl 8(%rdi); nop
        final Bench bench = ready("48c70705000000 fb f0ff4708 90");
        final Core core = bench.cores[0];
        core.gpr[Gpr.RDI] = Bench.DATA;
        bench.interrupts[0].requested = 0x30;
        bench.steps(2);
        bench.step();
        assertThat(core.rip).as("waits").isEqualTo(Bench.CODE + 8);
        core.drainStores();
        bench.step();
        assertThat(core.rip).isEqualTo(Bench.CODE + 12);
        core.drainStores();
        bench.step();
        assertThat(handler(core)).isEqualTo(0x30);
    }

    @Test
    void shouldStepOnlyAfterAnInstructionThatHasWaited() {
        // movq $5,(%rdi); lock incl 8(%rdi)
        final Bench bench = ready("48c70705000000 f0ff4708 90");
        final Core core = bench.cores[0];
        core.gpr[Gpr.RDI] = Bench.DATA;
        bench.step();
        core.setRflags(Rflags.TF);
        bench.step();
        core.drainStores();
        bench.step();
        assertThat(core.rip).isEqualTo(Bench.CODE + 11);
        bench.step();
        assertThat(handler(core)).isEqualTo(Vector.DB);
        assertThat(pushed(bench, 0)).isEqualTo(Bench.CODE + 11);
    }

    @Test
    void shouldStepOverAHalt() {
        final Bench bench = ready("f4 90");
        bench.cores[0].setRflags(Rflags.TF);
        bench.steps(2);
        assertThat(handler(bench.cores[0])).isEqualTo(Vector.DB);
    }

    @Test
    void shouldTakeTheTrapBeforeTheInterrupt() {
        final Bench bench = ready("90 90");
        bench.cores[0].setRflags(Rflags.TF | Rflags.IF);
        bench.step();
        bench.interrupts[0].requested = 0x30;
        bench.step();
        assertThat(handler(bench.cores[0])).isEqualTo(Vector.DB);
    }

    @Test
    void shouldPushResumeWhenAnInterruptStopsARepeatedOperation() {
        // rep stosb
        final Bench bench = ready("f3aa");
        final Core core = bench.cores[0];
        core.gpr[Gpr.RCX] = 100;
        core.gpr[Gpr.RDI] = Bench.DATA;
        core.setRflags(Rflags.IF);
        bench.step();
        bench.interrupts[0].requested = 0x30;
        core.interruptsChanged(0);
        core.drainStores();
        bench.step();
        assertThat(handler(core)).isEqualTo(0x30);
        assertThat(pushed(bench, 0)).isEqualTo(Bench.CODE);
        assertThat(pushed(bench, 16) & Rflags.RF).isNotZero();
    }

    @Test
    void shouldPutABreakpointThatWaitsIntoTheDigest() {
        // mov (%rdi),%eax with a breakpoint on it
        final String[] digests = new String[2];
        for (int i = 0; i < 2; i++) {
            final Bench bench = ready("8b07");
            final Core core = bench.cores[0];
            core.gpr[Gpr.RDI] = Bench.DATA;
            core.debug.set(0, Bench.DATA + 64 * i);
            core.debug.set(7, 0xF_0001);
            bench.step();
            core.debug.set(0, 0);
            final DigestWriter digest = new DigestWriter();
            core.transfer(digest);
            digests[i] = digest.hex();
        }
        assertThat(digests[0]).isNotEqualTo(digests[1]);
    }

    // ---- the two makers

    private static Core systemCall(final String hex, final boolean amd, final boolean compatibility) {
        final Bench bench = new Bench(1,
            Bench.settings().with("machine.vendor_amd", amd ? "1" : "0", "test"));
        bench.code(Bench.CODE, hex);
        bench.start(0, Bench.CODE);
        bench.tables();
        final Core core = bench.cores[0];
        if (compatibility) {
            bench.word(SLOT, 0x00CF_9B00_0000_FFFFL);
            core.segments.gdtLimit = 0x7F;
            // push $0x30; push $CODE+0x40; lretq
            bench.code(Bench.CODE, "6a30 6840000100 48cb");
            bench.code(Bench.CODE + 0x40, hex);
            bench.steps(3);
            assertThat(core.mode()).isEqualTo(CodeMode.BITS_32);
        }
        core.msrs.write(Msr.STAR, 0x0008_0008_0000_0000L);
        core.msrs.write(Msr.LSTAR, 0x12000);
        core.msrs.write(Msr.CSTAR, 0x13000);
        core.msrs.write(Msr.SYSENTER_CS, 8);
        core.msrs.write(Msr.SYSENTER_EIP, 0x14000);
        core.gpr[Gpr.RCX] = HOLE;
        core.gpr[Gpr.R11] = 2;
        bench.step();
        return core;
    }

    @Test
    void shouldKnowSyscallInCompatibilityModeOnlyFromAmd() {
        assertThat(systemCall("0f05", false, false).rip).isEqualTo(0x12000);
        assertThat(handler(systemCall("0f05", false, true))).isEqualTo(Vector.UD);
        assertThat(systemCall("0f05", true, true).rip).isEqualTo(0x13000);
    }

    @Test
    void shouldKnowSysenterInLongModeOnlyFromIntel() {
        assertThat(systemCall("0f34", false, false).rip).isEqualTo(0x14000);
        assertThat(handler(systemCall("0f34", true, false))).isEqualTo(Vector.UD);
    }

    @Test
    void shouldFaultBeforeSysretOnlyOnIntel() {
        assertThat(handler(systemCall("480f07", false, false))).isEqualTo(Vector.GP);
        final Core amd = systemCall("480f07", true, false);
        assertThat(amd.rip).isEqualTo(HOLE);
        assertThat(amd.cpl()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "0x100, false"})
    void shouldStepAfterSyscallAsTheMaskLeavesTf(final String mask, final boolean steps) {
        final Bench bench = ready("0f05");
        final Core core = bench.cores[0];
        core.msrs.write(Msr.STAR, 0x0008_0008_0000_0000L);
        core.msrs.write(Msr.LSTAR, Bench.CODE + 0x40);
        core.msrs.write(Msr.FMASK, Long.decode(mask));
        bench.code(Bench.CODE + 0x40, "90 90");
        core.setRflags(Rflags.TF);
        bench.steps(2);
        assertThat(core.rip >= Bench.HANDLERS).isEqualTo(steps);
    }

    // ---- what stops the machine by name

    @Test
    void shouldStopAtATaskGate() {
        // int $0x20
        final Bench bench = protectedMode("cd20");
        bench.word(Bench.IDT + 8 * 0x20, 0x0000_8500_0028_0000L);
        assertThatThrownBy(bench::step).isInstanceOf(MachineStop.class).hasMessageContaining("task gate");
    }

    @Test
    void shouldStopAtAFarJumpToATask() {
        // ljmp $0x30,$0
        final Bench bench = protectedMode("ea000000003000");
        bench.word(SLOT, 0x0000_8900_0000_0067L);
        assertThatThrownBy(bench::step).isInstanceOf(MachineStop.class).hasMessageContaining("task switch");
    }

    @Test
    void shouldStopAtAReturnToVirtual8086Mode() {
        // pushl $0x20000; pushl $8; pushl $0; iretl
        final Bench bench = protectedMode("6800000200 6a08 6a00 cf");
        bench.steps(3);
        bench.cores[0].drainStores();
        assertThatThrownBy(bench::step).isInstanceOf(MachineStop.class).hasMessageContaining("8086");
    }

    // ---- limits

    @Test
    void shouldFaultWhereCodeRunsOverItsLimit() {
        final Bench bench = protectedMode("");
        final Core core = bench.cores[0];
        bench.word(SLOT, 0x0041_9B00_0000_003FL);
        // ljmp $0x30,$CODE+0x3d
        bench.code(Bench.CODE, "ea3d00010030 00");
        bench.code(Bench.CODE + 0x3D, "90 6690 90");
        for (int vector = 0; vector < 32; vector++) {
            bench.word(Bench.IDT + 8L * vector, 0x8E00L << 32 | 0x38 << 16 | 0x8000);
        }
        bench.word(SLOT + 8, 0x00CF_9B00_0000_FFFFL);
        core.segments.gdtLimit = 0x7F;
        bench.code(0x8000, "f4");
        bench.step();
        bench.step();
        assertThat(core.rip).isEqualTo(Bench.CODE + 0x3E);
        bench.step();
        assertThat(core.rip).as("the last two bytes lie within").isEqualTo(Bench.CODE + 0x40);
        bench.step();
        assertThat(core.rip).isEqualTo(0x8000);
        assertThat(pushed(bench, 0) & 0xFFFF_FFFFL).as("error code").isZero();
    }

    @Test
    void shouldWrapAStackOf16BitsWordByWord() {
        // mov $6,%sp; pusha
        final Bench bench = realMode("bc0600 60 f4");
        Interpreter.step(bench.cores[1]);
        Interpreter.step(bench.cores[1]);
        assertThat(bench.cores[1].gpr[Gpr.RSP] & 0xFFFF).isEqualTo(0xFFF6);
    }

    @Test
    void shouldEndARunWhoseVectorTableIsTooShort() {
        // ud2
        final Bench bench = realMode("0f0b");
        bench.cores[1].segments.idtLimit = 0;
        assertThatThrownBy(() -> Interpreter.step(bench.cores[1])).isInstanceOf(MachineStop.class)
            .hasMessageContaining("triple fault: core 1 first #UD");
    }

    @Test
    void shouldKeepCachingOffOrOnOverInit() {
        final Bench bench = new Bench(2);
        final Core core = bench.cores[1];
        assertThat(core.cr0()).isEqualTo(0x6000_0010L);
        core.control.writeCr0(0x10);
        core.init(0);
        assertThat(core.cr0()).isEqualTo(0x10);
        assertThat(core.segments.selector(Seg.CS)).isZero();
    }
}
