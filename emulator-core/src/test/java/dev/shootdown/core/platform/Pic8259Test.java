package dev.shootdown.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.spi.MachineStop;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Pic8259Test {
    private static final int END = 0x20;
    private boolean wants;
    private final Pic8259 master = new Pic8259(Pic8259.MASTER, asserted -> wants = asserted);
    private final Pic8259 slave = new Pic8259(Pic8259.SLAVE, master.input(Pic8259.CASCADE));

    Pic8259Test() {
        initialise(0x11, 1);
    }

    private void initialise(final int first, final int fourth) {
        write(0x20, first, 0x21, 0x30, 0x21, 4, 0x21, fourth, 0x21, 0);
        write(0xA0, first, 0xA1, 0x38, 0xA1, 2, 0xA1, fourth, 0xA1, 0);
    }

    private void write(final int... portsAndValues) {
        for (int i = 0; i < portsAndValues.length; i += 2) {
            final Pic8259 pic = portsAndValues[i] < Pic8259.SLAVE ? master : slave;
            pic.portWrite(0, portsAndValues[i], 1, portsAndValues[i + 1]);
        }
    }

    private void pulse(final int irq) {
        final InterruptLine line = irq < 8 ? master.input(irq) : slave.input(irq - 8);
        line.set(false);
        line.set(true);
    }

    @Property(tries = 300)
    void shouldServeInOrderOfPriority(
            @ForAll @Size(max = 12) final List<@IntRange(max = 15) Integer> requests) {
        initialise(0x11, 1);
        final TreeSet<Integer> order = new TreeSet<>((a, b) -> Integer.compare(rank(a), rank(b)));
        for (final int irq : requests) {
            if (irq != Pic8259.CASCADE) {
                pulse(irq);
                order.add(irq);
            }
        }
        final List<Integer> served = new ArrayList<>();
        while (wants) {
            final int vector = master.acknowledge(slave);
            served.add(vector - 0x30);
            if (vector >= 0x38) {
                write(0xA0, END);
            }
            write(0x20, END);
        }
        assertThat(served).isEqualTo(new ArrayList<>(order));
    }

    /** The second's inputs lie where its cascade does: after 1, before 3. */
    private static int rank(final int irq) {
        return irq < 8 ? irq * 10 : 20 + irq - 8;
    }

    @Test
    void shouldLetOnlyHigherInputsInterruptOneInService() {
        pulse(4);
        assertThat(master.acknowledge(slave)).isEqualTo(0x34);
        pulse(5);
        pulse(4);
        assertThat(wants).isFalse();
        write(0x20, 0x0B);
        assertThat(master.portRead(0, 0x20, 1)).isEqualTo(1 << 4);
        write(0x20, 0x0A);
        assertThat(master.portRead(0, 0x20, 1)).isEqualTo(1 << 4 | 1 << 5);
        pulse(1);
        assertThat(wants).isTrue();
        assertThat(master.acknowledge(slave)).isEqualTo(0x31);
        write(0x20, END | 0x40 | 4);
        assertThat(wants).isFalse();
        write(0x20, END);
        assertThat(master.acknowledge(slave)).isEqualTo(0x34);
    }

    @Test
    void shouldHoldBackWhatIsMaskedAndKeepItsEdge() {
        write(0x21, 0x10);
        pulse(4);
        assertThat(wants).isFalse();
        write(0x21, 0);
        assertThat(wants).isTrue();
    }

    @Test
    void shouldGiveInput7WhenTheRequestWentAway() {
        pulse(4);
        master.input(4).set(false);
        assertThat(wants).isFalse();
        assertThat(master.acknowledge(slave)).isEqualTo(0x37);
        write(0x20, 0x0B);
        assertThat(master.portRead(0, 0x20, 1)).isZero();
    }

    @Test
    void shouldEndByItselfWhenToldTo() {
        initialise(0x11, 3);
        pulse(4);
        master.acknowledge(slave);
        pulse(4);
        assertThat(wants).isTrue();
    }

    @Test
    void shouldAskAgainWhileALevelLasts() {
        initialise(0x19, 1);
        master.input(3).set(true);
        assertThat(master.acknowledge(slave)).isEqualTo(0x33);
        write(0x20, END);
        assertThat(wants).isTrue();
        master.input(3).set(false);
        assertThat(wants).isFalse();
    }

    @Test
    void shouldBeMaskedFromTheStart() {
        final boolean[] asked = new boolean[1];
        final Pic8259 fresh = new Pic8259(Pic8259.MASTER, asserted -> asked[0] |= asserted);
        for (int input = 0; input < 8; input++) {
            fresh.input(input).set(true);
        }
        assertThat(asked[0]).isFalse();
        assertThat(fresh.portRead(0, 0x21, 1)).isEqualTo(0xFF);
    }

    @ParameterizedTest
    @CsvSource({"0x80", "0xA0", "0xC0", "0xE0", "0x0C", "0x68"})
    void shouldStopByNameOnWhatIsNotModelled(final String word) {
        assertThatThrownBy(() -> write(0x20, Integer.decode(word))).isInstanceOf(MachineStop.class)
            .hasMessageStartingWith("8259 at port 0x20 operation word");
    }
}
