package dev.shootdown.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class Pit8254Test {
    private static final long KHZ = 2_400_000;
    private final EventQueue events = new EventQueue();
    private final TickRate rate = new TickRate(Pit8254.HERTZ, KHZ);
    private final List<Long> risesAtTick = new ArrayList<>();
    private long cycle;
    private final Pit8254 pit = new Pit8254(() -> cycle, KHZ, events, asserted -> {
        if (asserted) {
            risesAtTick.add(rate.ticks(cycle));
        }
    });

    private void program(final int channel, final int mode, final int count) {
        out(0x43, channel << 6 | 3 << 4 | mode << 1);
        out(0x40 + channel, count & 0xFF);
        out(0x40 + channel, count >>> 8);
    }

    private void out(final int port, final int value) {
        pit.portWrite(0, port, 1, value);
    }

    private int in(final int port) {
        return (int) pit.portRead(0, port, 1);
    }

    private int count(final int channel) {
        out(0x43, channel << 6);
        return in(0x40 + channel) | in(0x40 + channel) << 8;
    }

    private void at(final long tick) {
        final long end = rate.cycleOf(tick);
        while (events.nextCycle() <= end) {
            cycle = events.nextCycle();
            events.deliverThrough(cycle);
        }
        cycle = end;
    }

    @Test
    void shouldRaiseIrq0PeriodicallyInModes2And3() {
        for (int mode = 2; mode <= 3; mode++) {
            final long start = rate.ticks(cycle);
            risesAtTick.clear();
            program(0, mode, 1000);
            at(start + 3500);
            assertThat(risesAtTick).containsExactly(start + 1000, start + 2000, start + 3000);
        }
    }

    @Test
    void shouldRaiseIrq0OnceInModes0And4() {
        program(0, 0, 1000);
        at(5000);
        assertThat(risesAtTick).containsExactly(1000L);
        program(0, 4, 1000);
        at(10_000);
        assertThat(risesAtTick).containsExactly(1000L, 6001L);
        assertThat(events.nextCycle()).isEqualTo(EventQueue.NEVER);
    }

    @Test
    void shouldForgetThePendingInterruptWhenProgrammedAnew() {
        program(0, 2, 1000);
        at(500);
        out(0x43, 0x30);
        assertThat(events.nextCycle()).isEqualTo(EventQueue.NEVER);
    }

    @Test
    void shouldCountDownInSimulatedTime() {
        program(0, 2, 0);
        at(100);
        assertThat(count(0)).isEqualTo(0x1_0000 - 100);
        program(0, 3, 1000);
        at(100 + 30);
        assertThat(count(0)).isEqualTo(1000 - 60);
    }

    @Test
    void shouldHoldALatchedCountUntilItWasRead() {
        program(0, 2, 0x1234);
        out(0x43, 0);
        at(50);
        assertThat(in(0x40) | in(0x40) << 8).isEqualTo(0x1234);
        assertThat(in(0x40) | in(0x40) << 8).isEqualTo(0x1234 - 50);
    }

    @Test
    void shouldShowTheEndOfChannel2InPort61ForCalibration() {
        out(0x61, 1);
        program(2, 0, 11_932);
        assertThat(in(0x61) & 0x20).isZero();
        at(11_931);
        assertThat(in(0x61) & 0x20).isZero();
        at(11_932);
        assertThat(in(0x61) & 0x21).isEqualTo(0x21);
        assertThat(cycle).isBetween(23_999_000L, 24_001_000L);
    }

    @Test
    void shouldStopChannel2WhileItsGateIsClosed() {
        out(0x61, 1);
        program(2, 0, 1000);
        at(400);
        out(0x61, 0);
        at(5000);
        assertThat(count(2)).isEqualTo(600);
        out(0x61, 1);
        at(5599);
        assertThat(in(0x61) & 0x20).isZero();
        at(5600);
        assertThat(in(0x61) & 0x20).isEqualTo(0x20);
    }

    @Test
    void shouldReadBackStatus() {
        program(0, 2, 1000);
        out(0x43, 0xE2);
        assertThat(in(0x40)).isEqualTo(0xB4);
        out(0x43, 0x34);
        out(0x43, 0xE2);
        assertThat(in(0x40) & 0x40).isEqualTo(0x40);
    }

    @Test
    void shouldStopByNameOnWhatIsNotModelled() {
        assertThatThrownBy(() -> out(0x43, 0x35)).isInstanceOf(MachineStop.class)
            .hasMessageContaining("8254 channel 0");
        assertThatThrownBy(() -> out(0x43, 0xBA)).isInstanceOf(MachineStop.class)
            .hasMessageContaining("8254 channel 2");
    }
}
