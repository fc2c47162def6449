package dev.shootdown.core.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Uart16550Test {
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private boolean line;
    private int rises;
    private final Uart16550 uart = new Uart16550(0x3F8, output,
        new ByteArrayInputStream("ok".getBytes(StandardCharsets.US_ASCII)), this::line);

    private void line(final boolean asserted) {
        rises += asserted && !line ? 1 : 0;
        line = asserted;
    }

    private int in(final int register) {
        return (int) uart.portRead(0, 0x3F8 + register, 1);
    }

    private void out(final int register, final int value) {
        uart.portWrite(0, 0x3F8 + register, 1, value);
    }

    @Test
    void shouldLetEveryByteOutUnmodified() {
        for (int value = 0; value < 256; value++) {
            assertThat(in(5) & 0x60).isEqualTo(0x60);
            out(0, value);
            assertThat(output.size()).isEqualTo(value + 1);
        }
        final byte[] bytes = output.toByteArray();
        assertThat(bytes[0x80]).isEqualTo((byte) 0x80);
        assertThat(bytes[10]).isEqualTo((byte) 10);
    }

    @Test
    void shouldGiveInputWhenTheGuestReads() {
        assertThat(in(5) & 1).isEqualTo(1);
        assertThat(in(0)).isEqualTo('o');
        assertThat(in(0)).isEqualTo('k');
        assertThat(in(5) & 1).isZero();
        assertThat(in(0)).isZero();
    }

    @Test
    void shouldInterruptWhileInputWaits() {
        out(1, 1);
        assertThat(line).isTrue();
        assertThat(in(2)).isEqualTo(4);
        in(0);
        assertThat(line).isTrue();
        in(0);
        assertThat(line).isFalse();
        assertThat(in(2)).isEqualTo(1);
    }

    @Test
    void shouldInterruptOnceForEachByteTransmitted() {
        in(0);
        in(0);
        out(1, 2);
        assertThat(rises).isEqualTo(1);
        assertThat(in(2)).isEqualTo(2);
        assertThat(line).isFalse();
        out(0, 'x');
        assertThat(rises).isEqualTo(2);
        out(0, 'y');
        assertThat(rises).isEqualTo(3);
    }

    @Test
    void shouldKeepTheDivisorApartFromData() {
        out(3, 0x83);
        out(0, 0x34);
        out(1, 0x12);
        assertThat(in(0) | in(1) << 8).isEqualTo(0x1234);
        out(3, 0x03);
        assertThat(output.size()).isZero();
        assertThat(in(1)).isZero();
        assertThat(in(3)).isEqualTo(3);
    }

    @Test
    void shouldPassTheProbesOfADriver() {
        out(7, 0x5A);
        assertThat(in(7)).isEqualTo(0x5A);
        out(2, 1);
        assertThat(in(2) & 0xC0).isEqualTo(0xC0);
        out(4, 0x1A);
        assertThat(in(6) & 0xF0).isEqualTo(0x90);
        in(0);
        out(0, 0xAE);
        assertThat(in(0)).isEqualTo(0xAE);
        assertThat(output.size()).isZero();
    }
}
