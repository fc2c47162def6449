package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.Activity;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Starting;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.FunctionProbe;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.DigestWriter;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;

final class InterpreterTest {
    private static String digest(final Core core) {
        final DigestWriter digest = new DigestWriter();
        digest.values("gpr", core.gpr.clone());
        digest.value("rip", core.rip);
        digest.value("rflags", core.rflags());
        return digest.hex();
    }

    @Test
    void shouldComputeASumInALoop() {
        // mov $10,%ecx; xor %eax,%eax; 1: add %rcx,%rax; dec %ecx; jnz 1b; hlt
        final Bench bench = Bench.running("b90a000000 31c0 4801c8 ffc9 75f9 f4");
        bench.run();
        assertThat(bench.cores[0].gpr[Gpr.RAX]).isEqualTo(55);
        assertThat(bench.cores[0].activity()).isEqualTo(Activity.HALTED);
        assertThat(bench.cores[0].counters().get(Counter.INSTRUCTIONS)).isEqualTo(33);
    }

    @Test
    void shouldCallAndReturn() {
        // call 1f; hlt; 1: mov $7,%eax; ret
        final Bench bench = Bench.running("e801000000 f4 b807000000 c3");
        bench.run();
        assertThat(bench.cores[0].gpr[Gpr.RAX]).isEqualTo(7);
        assertThat(bench.cores[0].gpr[Gpr.RSP]).isEqualTo(Bench.STACK);
    }

    @Test
    void shouldForwardAStoreBeforeItIsInMemory() {
        // mov $0x20000,%edi; movq $5,(%rdi); mov (%rdi),%rax
        final Bench bench = Bench.running("bf00000200 48c70705000000 488b07 f4").steps(3);
        assertThat(bench.cores[0].gpr[Gpr.RAX]).isEqualTo(5);
        assertThat(bench.memory.load(Bench.DATA, 8)).isZero();
        assertThat(bench.cores[0].pendingStores()).isEqualTo(1);
        assertThat(bench.cores[0].counters().get(Counter.STORE_FORWARDS)).isEqualTo(1);
    }

    @Test
    void shouldShowTheStoreBufferingLitmusTestOnlyUnderTso() {
        // movl $1,(%rdi); mov (%rsi),%eax; hlt
        final String test = "c70701000000 8b06 f4";
        assertThat(storeBuffering(test, true)).isEqualTo(0);
        assertThat(storeBuffering(test, false)).isNotEqualTo(0);
        // with mfence between
        assertThat(storeBuffering("c70701000000 0faef0 8b06 f4", true)).isNotEqualTo(0);
    }

    private static long storeBuffering(final String code, final boolean tso) {
        final Bench bench = new Bench(2, Bench.settings().with("machine.tso", tso ? "1" : "0", "test"));
        bench.code(Bench.CODE, code);
        for (int id = 0; id < 2; id++) {
            bench.start(id, Bench.CODE);
            bench.cores[id].gpr[Gpr.RDI] = Bench.DATA + id * 0x100;
            bench.cores[id].gpr[Gpr.RSI] = Bench.DATA + (1 - id) * 0x100;
        }
        bench.run();
        return bench.cores[0].gpr[Gpr.RAX] | bench.cores[1].gpr[Gpr.RAX];
    }

    @Test
    void shouldNotLoseALockedIncrement() {
        // mov $1000,%ecx; 1: lock incl (%rdi); dec %ecx; jnz 1b; hlt
        final Bench bench = new Bench(4);
        bench.code(Bench.CODE, "b9e8030000 f0ff07 ffc9 75f9 f4");
        for (int id = 0; id < 4; id++) {
            bench.start(id, Bench.CODE);
            bench.cores[id].gpr[Gpr.RDI] = Bench.DATA;
        }
        bench.run();
        assertThat(bench.memory.load(Bench.DATA, 4)).isEqualTo(4000);
    }

    @Test
    void shouldFillMemoryWithARepeatedStore() {
        // mov $600,%ecx; rep stosq; hlt
        final Bench bench = Bench.running("b958020000 f348ab f4");
        bench.cores[0].gpr[Gpr.RDI] = Bench.DATA + 4;
        bench.cores[0].gpr[Gpr.RAX] = 0x0102030405060708L;
        bench.run();
        assertThat(bench.memory.load(Bench.DATA + 4 + 8 * 599, 8)).isEqualTo(0x0102030405060708L);
        assertThat(bench.memory.load(Bench.DATA + 4 + 8 * 600, 8)).isZero();
        assertThat(bench.cores[0].gpr[Gpr.RDI]).isEqualTo(Bench.DATA + 4 + 8 * 600);
        assertThat(bench.cores[0].counters().get(Counter.INSTRUCTIONS)).isEqualTo(3);
    }

    @Test
    void shouldLeaveRegistersAfterTheLastWholeIterationWhenARepeatedStoreFaults() {
        final Bench bench = Bench.running("b914000000 f348ab f4");
        bench.tables();
        bench.mmus[0].missing.add(Bench.DATA + 0x1000);
        bench.cores[0].gpr[Gpr.RDI] = Bench.DATA + 0x1000 - 24;
        bench.steps(2);
        assertThat(bench.cores[0].gpr[Gpr.RCX]).isEqualTo(17);
        assertThat(bench.cores[0].cr2()).isEqualTo(Bench.DATA + 0x1000);
        assertThat(bench.cores[0].rip).isEqualTo(Bench.HANDLERS + 16 * 14);
    }

    @Test
    void shouldDeliverAPageFaultWithItsErrorCode() {
        // movq $1,(%rdi)
        final Bench bench = Bench.running("48c70701000000");
        bench.tables();
        bench.mmus[0].readOnly.add(Bench.DATA);
        bench.cores[0].gpr[Gpr.RDI] = Bench.DATA + 8;
        bench.step();
        final Core core = bench.cores[0];
        assertThat(core.rip).isEqualTo(Bench.HANDLERS + 16 * 14);
        assertThat(core.cr2()).isEqualTo(Bench.DATA + 8);
        assertThat(core.gpr[Gpr.RSP]).isEqualTo(Bench.STACK - 48);
        core.drainStores();
        assertThat(bench.memory.load(Bench.STACK - 48, 8)).isEqualTo(3);
        assertThat(bench.memory.load(Bench.STACK - 40, 8)).isEqualTo(Bench.CODE);
        assertThat(bench.memory.load(Bench.STACK - 16, 8)).isEqualTo(Bench.STACK);
    }

    @Test
    void shouldTurnAFaultInDeliveryIntoADoubleFaultOnItsOwnStack() {
        final Bench bench = Bench.running("48c70701000000");
        bench.tables();
        bench.word(Bench.IDT + 16 * 8, bench.memory.load(Bench.IDT + 16 * 8, 8) | 1L << 32);
        bench.word(Bench.TSS + 0x24, 0x60000);
        final Core core = bench.cores[0];
        bench.code(Bench.CODE, "0f00d8");
        core.gpr[Gpr.RAX] = 40;
        bench.step();
        bench.code(Bench.CODE + 3, "48c70701000000");
        bench.mmus[0].missing.add(Bench.DATA);
        bench.mmus[0].missing.add(Bench.STACK - 0x1000);
        core.gpr[Gpr.RDI] = Bench.DATA;
        bench.step();
        assertThat(core.rip).isEqualTo(Bench.HANDLERS + 16 * 8);
        assertThat(core.gpr[Gpr.RSP]).isEqualTo(0x60000 - 48);
    }

    @Test
    void shouldStopTheMachineOnATripleFault() {
        final Bench bench = Bench.running("0f0b");
        assertThatThrownBy(bench::step).isInstanceOf(MachineStop.class).hasMessageContaining("triple fault");
    }

    @Test
    void shouldLeaveTheStateWhenAnInstructionFaults() {
        final String[] faulting = {"ff37", "8f07", "ff17", "8707", "480fb11f", "f0480fb11f", "48ab", "48a5",
            "0107",
            "5f", "c3", "c9", "480fa31f", "f60702", "c8200002", "480fc70f", "6a05"};
        for (final String hex : faulting) {
            final Bench bench = Bench.running(hex);
            bench.tables();
            final Core core = bench.cores[0];
            core.setRflags(Rflags.CF | Rflags.OF);
            core.gpr[Gpr.RDI] = 0x0000_8000_0000_0000L;
            core.gpr[Gpr.RSI] = Bench.DATA;
            core.gpr[Gpr.RBP] = 0x0000_8000_0000_0000L;
            if (hex.length() <= 2 || hex.startsWith("c8") || hex.equals("6a05")) {
                core.gpr[Gpr.RSP] = 0x0000_8000_0000_0000L + (hex.length() <= 2 ? 0 : 8);
            }
            core.segments.idtLimit = 0;
            final String before = digest(core);
            assertThatThrownBy(bench::step).as(hex).isInstanceOf(MachineStop.class)
                .hasMessageContaining("triple fault");
            core.gpr[Insn.RIP] = 0;
            assertThat(digest(core)).as(hex).isEqualTo(before);
        }
    }

    @Test
    void shouldTakeAnInterruptOnlyAfterTheInstructionThatFollowsSti() {
        // sti; nop; nop
        final Bench bench = Bench.running("fb 90 90 f4");
        bench.tables();
        bench.interrupts[0].requested = 0x30;
        bench.cores[0].interruptsChanged(0);
        bench.steps(2);
        assertThat(bench.cores[0].rip).isEqualTo(Bench.CODE + 2);
        bench.step();
        assertThat(bench.cores[0].rip).isEqualTo(Bench.HANDLERS + 16 * 0x30);
        assertThat(bench.cores[0].rflags() & Rflags.IF).isZero();
        assertThat(bench.cores[0].counters().get(Counter.INTERRUPTS)).isEqualTo(1);
    }

    @Test
    void shouldWakeFromHaltAndReturnFromTheHandler() {
        // sti; hlt; mov $9,%eax; cli; hlt
        final Bench bench = Bench.running("fb f4 b809000000 fa f4");
        bench.tables();
        bench.code(Bench.HANDLERS + 16 * 0x30, "48cf");
        bench.run();
        bench.interrupts[0].requested = 0x30;
        bench.cores[0].interruptsChanged(50_000);
        assertThat(bench.cores[0].nextRun()).isEqualTo(52_400);
        bench.run();
        assertThat(bench.cores[0].gpr[Gpr.RAX]).isEqualTo(9);
        assertThat(bench.cores[0].counters().get(Counter.HALTED_CYCLES)).isGreaterThan(50_000);
    }

    @Test
    void shouldGoToUserModeAndBack() {
        // wrmsr of STAR, LSTAR, EFER by hand is long; sysret needs only STAR: mov 0xc0000081; wrmsr
        // mov $0xc0000081,%ecx; xor %eax,%eax; mov $0x00100008,%edx; wrmsr; mov $0x10040,%ecx; sysretq
        final Bench bench = Bench.running("b9810000c0 31c0 ba08001000 0f30 b940000100 480f07");
        bench.tables();
        bench.code(Bench.CODE + 0x40, "0f05");
        bench.steps(6);
        assertThat(bench.cores[0].cpl()).isEqualTo(3);
        assertThat(bench.cores[0].rip).isEqualTo(Bench.CODE + 0x40);
        bench.step();
        assertThat(bench.cores[0].cpl()).isZero();
        assertThat(bench.cores[0].gpr[Gpr.RCX]).isEqualTo(Bench.CODE + 0x42);
    }

    @Test
    void shouldStartAnApplicationProcessorInRealModeAndReachLongMode() {
        final Bench bench = new Bench(2);
        // mov $0x1234,%ax; mov %ax,%ds; mov %ds,%bx; cli; hlt
        bench.code(0x8000, "b83412 8ed8 8cdb fa f4");
        bench.cores[1].startUp(100, 8);
        bench.code(Bench.CODE, "f4");
        bench.start(0, Bench.CODE);
        bench.run();
        assertThat(bench.cores[1].gpr[Gpr.RBX] & 0xFFFF).isEqualTo(0x1234);
        assertThat(bench.cores[1].segmentBase(3)).isEqualTo(0x12340);
    }

    @Test
    void shouldEnterLongModeFromProtectedMode() {
        final Bench bench = new Bench(1);
        // mov %cr4,%eax; or $0x20,%eax; mov %eax,%cr4; mov $0xc0000080,%ecx; rdmsr; or $0x100,%eax; wrmsr
        // mov %cr0,%eax; or $0x80000000,%eax; mov %eax,%cr0; ljmp $8,$0x10040
        bench.code(Bench.CODE, "0f20e0 83c820 0f22e0 b9800000c0 0f32 0d00010000 0f30 0f20c0 0d00000080 0f22c0"
            + "ea400001000800");
        bench.code(Bench.CODE + 0x40, "48b8efcdab8967452301 f4");
        Starting.inProtectedMode(bench.cores[0], Bench.CODE);
        bench.tables();
        bench.run();
        assertThat(bench.cores[0].gpr[Gpr.RAX]).isEqualTo(0x0123456789ABCDEFL);
        assertThat(bench.cores[0].is64).isTrue();
    }

    @Test
    void shouldRunAnInstructionThatCrossesAPage() {
        final Bench bench = new Bench(1);
        bench.code(Bench.CODE + 0xFFC, "48b8efcdab8967452301 f4");
        bench.start(0, Bench.CODE + 0xFFC);
        bench.run();
        assertThat(bench.cores[0].gpr[Gpr.RAX]).isEqualTo(0x0123456789ABCDEFL);
    }

    @Test
    void shouldRunCodeThatItHasJustWritten() {
        // movb $0x90,1f(%rip)... : c605 disp32 imm8; 1: hlt -> nop; then hlt
        final Bench bench = Bench.running("c6050600000090 0faef0 90 90 90 f4 b801000000 f4");
        bench.run();
        assertThat(bench.cores[0].gpr[Gpr.RAX]).isEqualTo(1);
    }

    @Test
    void shouldTellProbesOfEntryAndReturn() {
        final Bench bench = Bench.running("e801000000 f4 b807000000 c3");
        final StringBuilder told = new StringBuilder();
        bench.probes.attach(Bench.CODE + 6, new FunctionProbe() {
            @Override
            public void entered(final CoreContext core) {
                told.append("entered ").append(core.gpr(Gpr.RAX)).append(' ');
            }

            @Override
            public void returned(final CoreContext core, final long cycle, final int from) {
                told.append("returned ").append(core.gpr(Gpr.RAX));
            }
        });
        bench.run();
        assertThat(told).hasToString("entered 0 returned 7");
    }

    @Test
    void shouldDivideWideNumbersAsTheManualSays() {
        // div %rbx
        final Bench bench = Bench.running("48f7f3");
        final Core core = bench.cores[0];
        core.gpr[Gpr.RDX] = 0x1234_5678_9ABC_DEF0L;
        core.gpr[Gpr.RAX] = 0xFEDC_BA98_7654_3210L;
        core.gpr[Gpr.RBX] = 0xF000_0000_0000_0001L;
        bench.step();
        final BigInteger dividend = new BigInteger("123456789ABCDEF0FEDCBA9876543210", 16);
        final BigInteger divisor = new BigInteger("F000000000000001", 16);
        assertThat(Long.toUnsignedString(core.gpr[Gpr.RAX])).isEqualTo(dividend.divide(divisor).toString());
        assertThat(Long.toUnsignedString(core.gpr[Gpr.RDX])).isEqualTo(dividend.mod(divisor).toString());
    }

    @Test
    void shouldAllocateNothingInTheLoop() {
        // 1: mov %rcx,(%rdi); add (%rdi),%rax; push %rax; pop %rbx; lock incl 8(%rdi)
        // call 2f; inc %rcx; jmp 1b; 2: ret
        final Bench bench = Bench.running("48890f 480307 50 5b f0ff4708 e805000000 48ffc1 ebea c3");
        bench.cores[0].gpr[Gpr.RDI] = Bench.DATA;
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        spin(bench, 200_000);
        final long id = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(id);
        spin(bench, 500_000);
        assertThat(threads.getThreadAllocatedBytes(id) - before).isLessThan(4096);
    }

    private static void spin(final Bench bench, final int steps) {
        final Core core = bench.cores[0];
        for (int i = 0; i < steps; i++) {
            core.stores.drainThrough(core.clock);
            Interpreter.step(core);
        }
    }
}
