package dev.shootdown.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.bus.CommandInbox;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.Activity;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.exec.Bench;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.time.EventKind;
import dev.shootdown.core.time.EventQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Cores that wait for a store, a time or an interrupt, and what ends it, in the run loop of a machine. */
class WaitingTest {
    /** xor ecx,ecx; xor edx,edx; monitor; xor eax,eax; mwait. */
    private static final String MONITOR_AND_WAIT = "31c9 31d2 0f01c8 31c0 0f01c9";
    /** mov $1000,ecx; 1: dec ecx; jnz 1b. */
    private static final String LONG_LOOP = "b9e8030000 ffc9 75fc";
    private static final long OTHER_CODE = Bench.CODE + 0x1000;
    private static final int LOOP_CYCLES = 2000;
    private static final long FAR_CYCLES = 1_000_000_000_000L;

    private final EventQueue events = new EventQueue();
    private RunLoop loop;

    private Bench bench(final Settings settings, final String first, final String second) {
        final Bench bench = new Bench(2, settings, cores -> {
            loop = new RunLoop(cores, events, new CommandInbox(), 0);
            return loop;
        });
        bench.code(Bench.CODE, first);
        bench.code(OTHER_CODE, second);
        bench.start(0, Bench.CODE);
        bench.start(1, OTHER_CODE);
        for (final Core core : bench.cores) {
            core.gpr[Gpr.RAX] = Bench.DATA;
            core.gpr[Gpr.RDI] = Bench.DATA;
        }
        return bench;
    }

    private void runUntilAllHalt() {
        assertThatThrownBy(() -> loop.run(RunLimits.of(2 * FAR_CYCLES))).isInstanceOfSatisfying(
            MachineStop.class, stop -> assertThat(stop.kind()).as(stop.getMessage())
                .isEqualTo(MachineStop.Kind.ALL_HALTED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"c70701000000", "f0ff07", "8707", "c7473c01000000", "48c747fd00000000"})
    void shouldWakeMwaitByAStoreToTheLine(final String store) {
        final Bench bench = bench(Bench.settings(), MONITOR_AND_WAIT + "8b1f f4", LONG_LOOP + store + "f4");
        runUntilAllHalt();
        final Core waiter = bench.cores[0];
        assertThat(waiter.activity()).isEqualTo(Activity.HALTED);
        assertThat(waiter.gpr[Gpr.RBX]).isEqualTo(bench.memory.load(Bench.DATA, 4));
        assertThat(waiter.counters().get(Counter.HALTED_CYCLES)).isGreaterThan(LOOP_CYCLES - 100);
        assertThat(waiter.counters().get(Counter.INSTRUCTIONS)).isEqualTo(7);
    }

    @Test
    void shouldGoOnWaitingWhenTheStoreMissesTheLine() {
        final Bench bench = bench(Bench.settings(), MONITOR_AND_WAIT + "f4",
            "c7474001000000 c747fc01000000 f4");
        runUntilAllHalt();
        assertThat(bench.cores[0].activity()).isEqualTo(Activity.MONITORING);
    }

    @Test
    void shouldNotWaitWhenTheStoreCameBeforeMwaitOrNothingIsArmed() {
        final Bench bench = bench(Bench.settings(), "31c9 31d2 0f01c8" + LONG_LOOP + "31c9 0f01c9 f4",
            "b914000000 ffc9 75fc c70701000000 31c9 0f01c9 f4");
        runUntilAllHalt();
        assertThat(bench.cores[0].activity()).isEqualTo(Activity.HALTED);
        assertThat(bench.cores[1].activity()).isEqualTo(Activity.HALTED);
    }

    @Test
    void shouldWakeMwaitByAnInterruptThatIsMaskedWhenEcxSaysSo() {
        // mov $1,ecx before mwait
        final Bench bench = bench(Bench.settings(), "31c9 31d2 0f01c8 b901000000 0f01c9 b307 f4", "f4");
        interruptAt(bench, 5000);
        runUntilAllHalt();
        assertThat(bench.cores[0].gpr[Gpr.RBX]).isEqualTo(7);
        assertThat(bench.interrupts[0].requested).isEqualTo(0x30);
    }

    @Test
    void shouldNotWakeMwaitByAMaskedInterruptOtherwise() {
        final Bench bench = bench(Bench.settings(), MONITOR_AND_WAIT + "f4", "f4");
        interruptAt(bench, 5000);
        runUntilAllHalt();
        assertThat(bench.cores[0].activity()).isEqualTo(Activity.MONITORING);
    }

    private void interruptAt(final Bench bench, final long cycle) {
        final int target = events.register((kind, when, a, b) -> {
            bench.interrupts[0].requested = 0x30;
            bench.cores[0].interruptsChanged(when);
        });
        events.schedule(cycle, EventKind.DEVICE, target, 0, 0);
    }

    @Test
    void shouldEndUmwaitByAStoreLongBeforeItsDeadline() {
        // umonitor rdi; mov $0x100,edx; xor ecx,ecx; umwait ecx
        final Bench bench = bench(Bench.settings(), "f30faef7 ba00010000 31c9 f20faef1 f4",
            LONG_LOOP + "c70701000000 f4");
        runUntilAllHalt();
        assertThat(bench.cores[0].clock()).isBetween((long) LOOP_CYCLES, LOOP_CYCLES + 3000L);
        assertThat(bench.cores[0].rflags() & Rflags.CF).isZero();
    }

    @Test
    void shouldJumpToTheDeadlineOfUmwaitWhenNobodyStores() {
        // ... mov $0x10,edx: 64 Gi cycles
        final Bench bench = bench(Bench.settings(), "f30faef7 ba10000000 31c9 f20faef1 f4", "f4");
        runUntilAllHalt();
        assertThat(bench.cores[0].clock()).isGreaterThan(16L << 32);
        assertThat(bench.cores[0].rflags() & Rflags.CF).isZero();
    }

    @Test
    void shouldSetCarryWhenTheOperatingSystemsLimitEndsTheWait() {
        // mov $0xe1,ecx; mov $100000,eax; xor edx,edx; wrmsr; mov $0x10,edx; xor ecx,ecx; tpause ecx
        final Bench bench = bench(Bench.settings(),
            "b9e1000000 b8a0860100 31d2 0f30 ba10000000 31c9 660faef1 f4", "f4");
        runUntilAllHalt();
        assertThat(bench.cores[0].clock()).isBetween(100_000L, 110_000L);
        assertThat(bench.cores[0].rflags() & Rflags.CF).isNotZero();
    }

    @Test
    void shouldNotWaitInUmwaitWithoutUmonitor() {
        final Bench bench = bench(Bench.settings(), "ba10000000 31c9 f20faef1 f4", "f4");
        runUntilAllHalt();
        assertThat(bench.cores[0].clock()).isLessThan(100);
    }

    @Test
    void shouldGiveTheSameRunTwice() {
        final String waiter = MONITOR_AND_WAIT + "8b1f f4";
        final Bench once = bench(Bench.settings(), waiter, LONG_LOOP + "c70701000000 f4");
        runUntilAllHalt();
        final long cycle = loop.now();
        final Bench twice = bench(Bench.settings(), waiter, LONG_LOOP + "c70701000000 f4");
        runUntilAllHalt();
        assertThat(loop.now()).isEqualTo(cycle);
        assertThat(twice.cores[0].clock()).isEqualTo(once.cores[0].clock());
    }

    @Test
    void shouldBroadcastAndLetTlbsyncWait() {
        // mov $0x1003,eax; mov $1,ecx; xor edx,edx; invlpgb; tlbsync; hlt
        final Settings amd = Bench.settings().with("machine.vendor_amd", "1", "test");
        final Bench bench = bench(amd, "b803100000 b901000000 31d2 0f01fe 0f01ff f4", "f4");
        bench.mmus[0].broadcastsDone = LOOP_CYCLES;
        runUntilAllHalt();
        assertThat(bench.mmus[0].invalidations).containsExactly("broadcast 0x1003 0x1 0x0");
        assertThat(bench.cores[0].clock()).isBetween((long) LOOP_CYCLES, LOOP_CYCLES + 100L);
        assertThat(bench.cores[0].counters().get(Counter.TLBSYNC)).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"b840000000 31c9 31d2", "31c0 b900000100 31d2", "31c0 31c9 ba00000010",
        "b820000000 31c9 31d2", "b802000000 31c9 ba00000500"})
    void shouldStopByNameForOperandsThatAreNotModelled(final String operands) {
        final Settings amd = Bench.settings().with("machine.vendor_amd", "1", "test");
        bench(amd, operands + "0f01fe f4", "f4");
        assertThatThrownBy(() -> loop.run(RunLimits.of(FAR_CYCLES))).isInstanceOfSatisfying(
            MachineStop.class, stop -> assertThat(stop.kind()).isEqualTo(MachineStop.Kind.NOT_MODELLED));
    }
}
