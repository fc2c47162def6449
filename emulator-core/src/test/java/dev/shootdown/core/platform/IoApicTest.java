package dev.shootdown.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.spi.MachineStop;
import org.junit.jupiter.api.Test;

class IoApicTest {
    private static final long LEVEL = 0x8000;
    private static final long MASKED = 0x1_0000;
    private final FakeFabric fabric = new FakeFabric();
    private final IoApic ioApic = new IoApic(fabric);

    private long read(final int register) {
        ioApic.mmioWrite(0, 0, 4, register);
        return ioApic.mmioRead(0, 0x10, 4);
    }

    private void write(final int register, final long value) {
        ioApic.mmioWrite(0, 0, 4, register);
        ioApic.mmioWrite(0, 0x10, 4, value);
    }

    private void route(final int pin, final int destination, final long low) {
        write(0x11 + 2 * pin, (long) destination << 24);
        write(0x10 + 2 * pin, low);
    }

    @Test
    void shouldIdentifyItselfWithEveryPinMasked() {
        assertThat(read(1)).isEqualTo(0x17_0020);
        for (int pin = 0; pin < IoApic.PINS; pin++) {
            assertThat(read(0x10 + 2 * pin)).isEqualTo(MASKED);
        }
        write(0, 0x0500_0000);
        assertThat(read(0)).isEqualTo(0x0500_0000);
        assertThat(read(0x40)).isZero();
    }

    @Test
    void shouldDeliverEachRiseOfAnEdgePin() {
        route(4, 3, 0x24);
        ioApic.pin(4).set(true);
        ioApic.pin(4).set(true);
        ioApic.pin(4).set(false);
        ioApic.pin(4).set(true);
        assertThat(fabric.interrupts).containsExactly("vector 36 to 3 mode 0 edge",
            "vector 36 to 3 mode 0 edge");
    }

    @Test
    void shouldLoseAnEdgeThatComesWhileMasked() {
        route(4, 0, MASKED | 0x24);
        ioApic.pin(4).set(true);
        route(4, 0, 0x24);
        assertThat(fabric.interrupts).isEmpty();
    }

    @Test
    void shouldDeliverALevelAgainAfterEndOfInterruptWhileItLasts() {
        route(9, 1, LEVEL | 0x900 | 0x31);
        ioApic.pin(9).set(true);
        ioApic.pin(9).set(true);
        assertThat(fabric.interrupts).containsExactly("vector 49 to logical 1 mode 1 level");
        assertThat(read(0x10 + 18) & 0x4000).isNotZero();
        fabric.endOfInterrupt.accept(0x30);
        assertThat(fabric.interrupts).hasSize(1);
        fabric.endOfInterrupt.accept(0x31);
        assertThat(fabric.interrupts).hasSize(2);
        ioApic.pin(9).set(false);
        ioApic.mmioWrite(0, 0x40, 4, 0x31);
        assertThat(fabric.interrupts).hasSize(2);
        assertThat(read(0x10 + 18) & 0x4000).isZero();
    }

    @Test
    void shouldDeliverAWaitingLevelWhenItIsUnmasked() {
        route(9, 0, LEVEL | MASKED | 0x31);
        ioApic.pin(9).set(true);
        assertThat(fabric.interrupts).isEmpty();
        route(9, 0, LEVEL | 0x31);
        assertThat(fabric.interrupts).hasSize(1);
    }

    /** 82093AA 3.2.4: nobody ends an NMI, so a level would never come back. */
    @Test
    void shouldTreatAnNmiAsAnEdgeWhateverTheEntrySays() {
        route(9, 1, LEVEL | 0x400);
        ioApic.pin(9).set(true);
        ioApic.pin(9).set(true);
        ioApic.pin(9).set(false);
        ioApic.pin(9).set(true);
        assertThat(fabric.interrupts).containsExactly("vector 0 to 1 mode 4 edge",
            "vector 0 to 1 mode 4 edge");
        assertThat(read(0x10 + 18) & 0x4000).isZero();
    }

    @Test
    void shouldKeepReadOnlyBitsAndTheDestination() {
        route(5, 0xAB, 0xFFFF_FFFFL);
        assertThat(read(0x1A)).isEqualTo(0x1_AFFF);
        assertThat(read(0x1B)).isEqualTo(0xAB00_0000L);
    }

    @Test
    void shouldStopByNameOnAnSmi() {
        route(4, 0, 0x224);
        assertThatThrownBy(() -> ioApic.pin(4).set(true)).isInstanceOf(MachineStop.class)
            .hasMessage("I/O APIC pin 4 delivery mode 2");
    }
}
