package dev.shootdown.core.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.memory.PhysicalMap;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.memory.PortMap;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.DigestWriter;
import dev.shootdown.core.time.EventQueue;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The devices as the guest reaches them: through ports and physical addresses. */
class PlatformTest {
    private static final long KHZ = 2_400_000;
    private final PortMap ports = new PortMap();
    private final PhysicalMap physical = new PhysicalMap();
    private final FakeFabric fabric = new FakeFabric();
    private final EventQueue events = new EventQueue();
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();
    private final ByteArrayOutputStream debug = new ByteArrayOutputStream();
    private long cycle;
    private final Platform platform = new Platform(new Platform.Parts(new PhysicalMemory(64 << 20), ports,
        physical,
        events, fabric, () -> cycle, KHZ, new int[] {0, 1, 2}, "quiet", console, debug,
        InputStream.nullInputStream()));

    private int in(final int port) {
        return (int) ports.read(0, port, 1);
    }

    private void out(final int port, final long value) {
        ports.write(0, port, 1, value);
    }

    private String config(final int key, final int bytes) {
        ports.write(0, 0x510, 2, key);
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes; i++) {
            text.append((char) in(0x511));
        }
        return text.toString();
    }

    private MachineStop stop(final int port, final long value) {
        final MachineStop[] stop = new MachineStop[1];
        assertThatThrownBy(() -> ports.write(2, port, 4, value)).isInstanceOfSatisfying(MachineStop.class,
            thrown -> stop[0] = thrown);
        return stop[0];
    }

    @Test
    void shouldPrintOnBothConsoles() {
        out(0x3F8, 'a');
        out(0xE9, 'b');
        ports.write(0, 0xE9, 4, 0x4142_4363);
        assertThat(console.toString(StandardCharsets.US_ASCII)).isEqualTo("a");
        assertThat(debug.toString(StandardCharsets.US_ASCII)).isEqualTo("bc");
        assertThat(in(0xE9)).isEqualTo(0xE9);
    }

    @Test
    void shouldEndTheRunWithTheGuestsStatus() {
        final MachineStop stop = stop(0xF4, 5);
        assertThat(stop.kind()).isEqualTo(MachineStop.Kind.DEBUG_EXIT);
        assertThat(stop.status()).isEqualTo(11);
        assertThat(stop.core()).isEqualTo(2);
    }

    @Test
    void shouldEndTheRunOnEveryKindOfReset() {
        assertThat(stop(0x64, 0xFE).kind()).isEqualTo(MachineStop.Kind.RESET);
        assertThat(stop(0x92, 1).kind()).isEqualTo(MachineStop.Kind.RESET);
        assertThat(stop(0xCF9, 6).kind()).isEqualTo(MachineStop.Kind.RESET);
        assertThat(stop(0x604, 0x2000).getMessage()).contains("sleep state");
        out(0x64, 0xAD);
        out(0x92, 2);
        out(0xCF9, 2);
        assertThat(in(0x92)).isEqualTo(2);
        assertThat(in(0x64)).isZero();
        assertThat(ports.read(0, 0x604, 2)).isEqualTo(1);
    }

    @Test
    void shouldDescribeTheMachineInFirmwareConfiguration() {
        assertThat(config(0, 4)).isEqualTo("QEMU");
        assertThat(config(1, 4)).isEqualTo("\1\0\0\0");
        assertThat(config(3, 8)).isEqualTo("\0\0\0\4\0\0\0\0");
        assertThat(config(5, 2)).isEqualTo("\3\0");
        assertThat(config(15, 3)).isEqualTo("\3\0\0");
        assertThat(config(20, 4)).isEqualTo("\6\0\0\0");
        assertThat(config(21, 7)).isEqualTo("quiet\0\0");
        assertThat(config(0x19, 4)).isEqualTo("\0\0\0\0");
    }

    @Test
    void shouldGiveAFixedDateAndTheSizeOfMemory() {
        final int[] registers = {0x09, 0x08, 0x07, 0x32, 0x0D, 0x34, 0x35, 0x0A};
        final int[] expected = {0x25, 0x01, 0x01, 0x20, 0x80, 0x00, 0x03, 0x26};
        for (int i = 0; i < registers.length; i++) {
            out(0x70, registers[i]);
            assertThat(in(0x71)).as("register 0x%x", registers[i]).isEqualTo(expected[i]);
        }
        out(0x70, 0x8F);
        out(0x71, 0x0A);
        assertThat(in(0x71)).isEqualTo(0x0A);
        out(0x70, 0x09);
        out(0x71, 0x99);
        assertThat(in(0x71)).isEqualTo(0x25);
    }

    @Test
    void shouldIgnoreTheNmiMaskBitOfTheCmosIndex() {
        for (final int mask : new int[] {0, 0x80}) {
            out(0x70, mask | 0x15);
            assertThat(in(0x71)).isEqualTo(640 & 0xFF);
            out(0x70, mask | 0x16);
            assertThat(in(0x71)).isEqualTo(640 >> 8);
        }
        assertThat(in(0x70)).isEqualTo(0xFF);
    }

    @Test
    void shouldSelectAnItemAnewByEveryWordWritten() {
        assertThat(config(0, 2)).isEqualTo("QE");
        assertThat(config(0, 4)).isEqualTo("QEMU");
        assertThat(in(0x511)).isZero();
        out(0x511, 7);
        assertThat(config(0, 1)).isEqualTo("Q");
        assertThat(config(0x8000, 1)).isEqualTo("\0");
    }

    @Test
    void shouldGiveTheTextOfTheCommandLineAsItsSizeSays() {
        assertThat(config(20, 4)).isEqualTo("\6\0\0\0");
        assertThat(config(21, 6)).isEqualTo("quiet\0");
    }

    @Test
    void shouldRunThePmTimerInSimulatedTime() {
        assertThat(ports.read(0, 0x608, 4)).isZero();
        cycle = KHZ * 1000;
        assertThat(ports.read(0, 0x608, 4)).isEqualTo(3_579_545);
        assertThat(ports.read(0, 0x609, 1)).isEqualTo(3_579_545 >> 8 & 0xFF);
        cycle = KHZ * 1000 * 1200;
        assertThat(ports.read(0, 0x608, 4)).isEqualTo(3_579_545L * 1200 - (1L << 32));
    }

    @Test
    void shouldTakeInitialisationAndMasksOfThePics() {
        for (final int port : new int[] {0x20, 0xA0}) {
            out(port, 0x11);
            for (final int word : new int[] {0x20, 4, 1, 0xFB}) {
                out(port + 1, word);
            }
            assertThat(in(port + 1)).isEqualTo(0xFB);
            assertThat(in(port)).isZero();
        }
    }

    @Test
    void shouldBringIrq0ToPinTwo() {
        physical.write(0, 0xFEC0_0000L, 4, 0x14);
        physical.write(0, 0xFEC0_0010L, 4, 0x30);
        out(0x43, 0x34);
        out(0x40, 0xE8);
        out(0x40, 0x03);
        events.deliverThrough(new TickRate(Pit8254.HERTZ, KHZ).cycleOf(2000));
        assertThat(fabric.interrupts).containsExactly("vector 48 to 0 mode 0 edge",
            "vector 48 to 0 mode 0 edge");
    }

    @Test
    void shouldChangeItsDigestWithItsState() {
        final DigestWriter digest = new DigestWriter();
        platform.transfer(digest);
        final String before = digest.hex();
        platform.transfer(digest);
        assertThat(digest.hex()).isEqualTo(before);
        out(0x3FF, 1);
        platform.transfer(digest);
        assertThat(digest.hex()).isNotEqualTo(before);
        assertThat(platform.rsdp()).isEqualTo(0xE0000);
    }
}
