package dev.shootdown.apic.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IcrTest {
    @ParameterizedTest
    @CsvSource({
        "0x00000000000040FD, 0xFD, 0, false, 0, false", "0x00000000000C40F0, 0xF0, 0, false, 3, false",
        "0x0000000000004500, 0x00, 5, false, 0, false", "0x0000000000008500, 0x00, 5, false, 0, true",
        "0x000000000000C500, 0x00, 5, false, 0, false", "0x0000000000004608, 0x08, 6, false, 0, false",
        "0x0000000000004C02, 0x02, 4, true, 0, false", "0x0000000000084931, 0x31, 1, true, 2, false"
    })
    void shouldDecode(final String icr, final String vector, final int mode, final boolean logical,
            final int shorthand, final boolean deassert) {
        final long value = Long.decode(icr);
        assertThat(Icr.vector(value)).isEqualTo(Integer.decode(vector));
        assertThat(Icr.deliveryMode(value)).isEqualTo(mode);
        assertThat(Icr.isLogical(value)).isEqualTo(logical);
        assertThat(Icr.shorthand(value)).isEqualTo(shorthand);
        assertThat(Icr.isInitDeassert(value)).isEqualTo(deassert);
    }

    @Test
    void shouldReadDestinationOfTheMode() {
        assertThat(Icr.destination(0xAB12_3456_0000_0000L, true)).isEqualTo(0xAB12_3456L);
        assertThat(Icr.destination(0xAB12_3456_0000_0000L, false)).isEqualTo(0xAB);
    }

    @Test
    void shouldPackMessages() {
        final long message = IpiMessage.ofDevice(65_535, Icr.LOWEST_PRIORITY, 0xFE, true);
        assertThat(IpiMessage.target(message)).isEqualTo(65_535);
        assertThat(IpiMessage.deliveryMode(message)).isEqualTo(Icr.LOWEST_PRIORITY);
        assertThat(IpiMessage.vector(message)).isEqualTo(0xFE);
        assertThat(IpiMessage.isLevel(message)).isTrue();
        assertThat(IpiMessage.isAccounted(message)).isFalse();
        final long ipi = IpiMessage.ofCore(65_534, 3, Icr.FIXED, 0x20);
        assertThat(IpiMessage.sender(ipi)).isEqualTo(65_534);
        assertThat(IpiMessage.isAccounted(ipi)).isTrue();
        assertThat(IpiMessage.isLevel(ipi)).isFalse();
    }
}
