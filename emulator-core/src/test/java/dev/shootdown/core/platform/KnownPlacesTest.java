package dev.shootdown.core.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.memory.PhysicalMap;
import dev.shootdown.core.memory.PortMap;
import dev.shootdown.core.memory.Unclaimed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ports and addresses where nothing is: all ones, no effect, and a line each. */
class KnownPlacesTest {
    private final PortMap ports = new PortMap();
    private final PhysicalMap physical = new PhysicalMap();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void shouldReadAsAllOnesAtEveryWidth(final int size) {
        final long ones = -1L >>> 64 - 8 * size;
        for (final int port : new int[] {0, 0x60, 0x1F7, 0x2F8, 0x378, 0x3DA, 0xCF8, 0xCFC, 0xFFFF}) {
            ports.write(0, port, size, 0x12);
            assertThat(ports.read(0, port, size)).isEqualTo(ones);
        }
        physical.write(0, 0xFED0_0000L, size, 0x12);
        assertThat(physical.read(0, 0xFED0_0000L, size)).isEqualTo(ones);
    }

    @Test
    void shouldCountEachPlaceOnceInOrderOfAddress() {
        ports.read(0, 0xCFC, 4);
        ports.write(1, 0x80, 1, 0);
        ports.write(0, 0x80, 1, 0);
        ports.read(0, 0x80, 1);
        physical.read(0, 0xFED0_0008L, 4);
        physical.read(0, 0xFED0_0FF0L, 8);
        assertThat(ports.unclaimed()).containsExactly(new Unclaimed(true, 0x80, 1, 2),
            new Unclaimed(true, 0xCFC, 1, 0));
        assertThat(physical.unclaimed()).containsExactly(new Unclaimed(false, 0xFED0_0000L, 2, 0));
    }

    @Test
    void shouldBoundTheLog() {
        for (long page = 0; page < 10_000; page++) {
            physical.read(0, 0xC000_0000L + (page << 12), 4);
        }
        assertThat(physical.unclaimed()).hasSize(1024);
    }

    @Test
    void shouldSayWhatPcsHaveThere() {
        assertThat(KnownPlaces.describe(new Unclaimed(true, 0xCF8, 0, 3)))
            .isEqualTo("port 0xcf8 (PCI configuration address): 0 reads as all ones, 3 writes ignored");
        assertThat(KnownPlaces.describe(new Unclaimed(true, 0x1234, 1, 0)))
            .isEqualTo("port 0x1234: 1 reads as all ones, 0 writes ignored");
        assertThat(KnownPlaces.describe(new Unclaimed(false, 0xFED0_0000L, 2, 0)))
            .startsWith("physical page 0xfed00000 (HPET): 2 reads");
        assertThat(KnownPlaces.describe(new Unclaimed(true, 0x3F6, 1, 0))).contains("first IDE channel");
    }
}
