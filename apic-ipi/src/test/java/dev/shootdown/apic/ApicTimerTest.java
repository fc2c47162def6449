package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.time.EventQueue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApicTimerTest {
    private static final long PERIODIC = Lvt.withTimerMode(0x40, Lvt.PERIODIC);
    private static final long DEADLINE = Lvt.withTimerMode(0x40, Lvt.TSC_DEADLINE);

    /** 2.4 GHz over 25 MHz: a tick is 96 cycles. */
    @ParameterizedTest
    @CsvSource({"0, 2", "1, 4", "2, 8", "3, 16", "8, 32", "9, 64", "10, 128", "11, 1"})
    void shouldExpireOnceAfterCountTimesDivisor(final int configuration, final int divisor) {
        final ApicBench machine = ApicBench.xapic(1);
        machine.runTo(1000);
        machine.write(0, ApicRegisters.LVT_TIMER, 0x40);
        machine.write(0, ApicRegisters.DIVIDE, configuration);
        machine.write(0, ApicRegisters.INITIAL_COUNT, 10);
        final long due = 1000 + 960L * divisor;
        machine.runTo(due - 1);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        assertThat(machine.read(0, ApicRegisters.CURRENT_COUNT)).isEqualTo(1);
        machine.runTo(due);
        assertThat(machine.core(0).calls).containsExactly("changed@" + due);
        assertThat(machine.read(0, ApicRegisters.CURRENT_COUNT)).isZero();
        assertThat(machine.events().nextCycle()).isEqualTo(EventQueue.NEVER);
        assertThat(machine.count(0, Counter.TIMER_INTERRUPTS)).isEqualTo(1);
    }

    @Property(tries = 200)
    void shouldNotDriftWhateverTheClocks(@ForAll @IntRange(min = 1, max = 1_000_000) final int count,
            @ForAll @LongRange(min = 100_000, max = 10_000_000) final long coreKhz,
            @ForAll @LongRange(min = 1, max = 100_000) final long timerKhz) {
        final EventQueue events = new EventQueue();
        final List<Long> expired = new ArrayList<>();
        final ApicTimer timer = new ApicTimer(events, coreKhz, timerKhz, expired::add);
        timer.setMode(Lvt.PERIODIC);
        timer.setDivide(0b1011, 0);
        timer.setInitialCount(count, 77);
        final List<Long> expected = new ArrayList<>();
        for (int period = 1; period <= 20; period++) {
            events.deliverThrough(events.nextCycle());
            final BigInteger[] exact = BigInteger.valueOf(count).multiply(BigInteger.valueOf(period))
                .multiply(BigInteger.valueOf(coreKhz)).divideAndRemainder(BigInteger.valueOf(timerKhz));
            expected.add(77 + exact[0].longValueExact() + exact[1].signum());
        }
        assertThat(expired).isEqualTo(expected);
    }

    @Test
    void shouldReachTheLongestCountWithoutOverflow() {
        final EventQueue events = new EventQueue();
        final ApicTimer timer = new ApicTimer(events, 9_999_991, 1, cycle -> { });
        timer.setDivide(0b1010, 0);
        timer.setInitialCount(0xFFFF_FFFFL, 0);
        assertThat(events.nextCycle()).isEqualTo(0xFFFF_FFFFL * 128 * 9_999_991);
    }

    @Test
    void shouldReloadInPeriodicMode() {
        final ApicBench machine = ApicBench.xapic(1);
        machine.write(0, ApicRegisters.LVT_TIMER, PERIODIC);
        machine.write(0, ApicRegisters.DIVIDE, 11);
        machine.write(0, ApicRegisters.INITIAL_COUNT, 10);
        machine.runTo(960);
        assertThat(machine.read(0, ApicRegisters.CURRENT_COUNT)).isEqualTo(10);
        machine.runTo(960 + 96);
        assertThat(machine.read(0, ApicRegisters.CURRENT_COUNT)).isEqualTo(9);
        machine.runTo(9600);
        assertThat(machine.count(0, Counter.TIMER_INTERRUPTS)).isEqualTo(10);
        machine.write(0, ApicRegisters.INITIAL_COUNT, 0);
        assertThat(machine.events().nextCycle()).isEqualTo(EventQueue.NEVER);
    }

    @Test
    void shouldGoOnCountingWhenOneShotBecomesPeriodic() {
        final ApicBench machine = ApicBench.xapic(1);
        machine.write(0, ApicRegisters.LVT_TIMER, 0x40);
        machine.write(0, ApicRegisters.DIVIDE, 11);
        machine.write(0, ApicRegisters.INITIAL_COUNT, 10);
        machine.runTo(500);
        machine.write(0, ApicRegisters.LVT_TIMER, PERIODIC);
        machine.runTo(960 * 3);
        assertThat(machine.count(0, Counter.TIMER_INTERRUPTS)).isEqualTo(3);
    }

    @Test
    void shouldRequestAtTheDeadlineAndDisarm() {
        final ApicBench machine = ApicBench.x2apic(1);
        machine.apic(0).writeMsr(ApicRegisters.LVT_TIMER.msr(), DEADLINE);
        machine.apic(0).writeMsr(Msr.TSC_DEADLINE, 12_345);
        assertThat(machine.apic(0).readMsr(Msr.TSC_DEADLINE)).isEqualTo(12_345);
        machine.runTo(12_344);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        machine.runTo(12_345);
        assertThat(machine.core(0).calls).containsExactly("changed@12345");
        assertThat(machine.apic(0).readMsr(Msr.TSC_DEADLINE)).isZero();
    }

    @Test
    void shouldRequestAtOnceWhenTheDeadlineHasPassed() {
        final ApicBench machine = ApicBench.x2apic(1);
        machine.runTo(500);
        machine.apic(0).writeMsr(ApicRegisters.LVT_TIMER.msr(), DEADLINE);
        machine.apic(0).writeMsr(Msr.TSC_DEADLINE, 500);
        assertThat(machine.core(0).calls).containsExactly("changed@500");
        assertThat(machine.apic(0).readMsr(Msr.TSC_DEADLINE)).isZero();
    }

    @Test
    void shouldDisarmOnZeroAndOnLeavingDeadlineMode() {
        final ApicBench machine = ApicBench.x2apic(1);
        machine.apic(0).writeMsr(ApicRegisters.LVT_TIMER.msr(), DEADLINE);
        machine.apic(0).writeMsr(Msr.TSC_DEADLINE, 5000);
        machine.apic(0).writeMsr(Msr.TSC_DEADLINE, 0);
        assertThat(machine.events().nextCycle()).isEqualTo(EventQueue.NEVER);
        machine.apic(0).writeMsr(Msr.TSC_DEADLINE, 5000);
        machine.apic(0).writeMsr(ApicRegisters.LVT_TIMER.msr(), 0x40);
        assertThat(machine.events().nextCycle()).isEqualTo(EventQueue.NEVER);
        machine.apic(0).writeMsr(Msr.TSC_DEADLINE, 5000);
        assertThat(machine.apic(0).readMsr(Msr.TSC_DEADLINE)).isZero();
    }

    @Test
    void shouldIgnoreInitialCountInDeadlineMode() {
        final ApicBench machine = ApicBench.x2apic(1);
        machine.apic(0).writeMsr(ApicRegisters.LVT_TIMER.msr(), DEADLINE);
        machine.apic(0).writeMsr(ApicRegisters.INITIAL_COUNT.msr(), 7);
        assertThat(machine.apic(0).readMsr(ApicRegisters.INITIAL_COUNT.msr())).isZero();
        assertThat(machine.events().nextCycle()).isEqualTo(EventQueue.NEVER);
    }

    @Test
    void shouldCountWithoutInterruptWhileMasked() {
        final ApicBench machine = ApicBench.xapic(1);
        machine.write(0, ApicRegisters.LVT_TIMER, 0x10040);
        machine.write(0, ApicRegisters.INITIAL_COUNT, 10);
        machine.runTo(10_000);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        assertThat(machine.count(0, Counter.TIMER_INTERRUPTS)).isZero();
    }

    @Test
    void shouldCompareTheDeadlineWithTheTimeStampThatSoftwareSet() {
        final ApicBench machine = ApicBench.x2apic(1);
        machine.apic(0).writeMsr(ApicRegisters.LVT_TIMER.msr(), DEADLINE);
        machine.core(0).timeStampOffset = 1_000_000;
        machine.apic(0).writeMsr(Msr.TSC_DEADLINE, 1_005_000);
        assertThat(machine.events().nextCycle()).isEqualTo(5_000);
        machine.core(0).timeStampOffset = 1_002_000;
        machine.apic(0).timeStampChanged();
        assertThat(machine.apic(0).readMsr(Msr.TSC_DEADLINE)).isEqualTo(1_005_000);
        assertThat(machine.events().nextCycle()).isEqualTo(3_000);
        machine.core(0).timeStampOffset = 2_000_000;
        machine.apic(0).timeStampChanged();
        assertThat(machine.core(0).calls).containsExactly("changed@0");
        assertThat(machine.apic(0).readMsr(Msr.TSC_DEADLINE)).isZero();
    }

    @Test
    void shouldNeverReachADeadlineBeyondTheEndOfTime() {
        final ApicBench machine = ApicBench.x2apic(1);
        machine.runTo(500);
        machine.apic(0).writeMsr(ApicRegisters.LVT_TIMER.msr(), DEADLINE);
        for (final long tsc : new long[] {-1, Long.MIN_VALUE, Long.MIN_VALUE + 700}) {
            machine.apic(0).writeMsr(Msr.TSC_DEADLINE, tsc);
            assertThat(machine.apic(0).readMsr(Msr.TSC_DEADLINE)).isEqualTo(tsc);
            assertThat(machine.events().nextCycle()).isEqualTo(EventQueue.NEVER);
        }
    }

    @Test
    void shouldStayAtZeroWhenAnExpiredOneShotBecomesPeriodic() {
        final ApicBench machine = ApicBench.xapic(1);
        machine.write(0, ApicRegisters.LVT_TIMER, 0x40);
        machine.write(0, ApicRegisters.INITIAL_COUNT, 10);
        machine.runTo(100_000);
        machine.write(0, ApicRegisters.LVT_TIMER, PERIODIC);
        machine.runTo(200_000);
        assertThat(machine.read(0, ApicRegisters.CURRENT_COUNT)).isZero();
        assertThat(machine.count(0, Counter.TIMER_INTERRUPTS)).isEqualTo(1);
    }

    @Test
    void shouldStopOnReservedMode() {
        final ApicBench machine = ApicBench.xapic(1);
        assertThatThrownBy(() -> machine.write(0, ApicRegisters.LVT_TIMER, 0x60040))
            .isInstanceOf(MachineStop.class);
    }
}
