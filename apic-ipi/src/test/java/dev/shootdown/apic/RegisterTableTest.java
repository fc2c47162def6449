package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.spi.GeneralProtection;
import dev.shootdown.core.spi.LocalInterrupts;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The registers as SDM 3A tables 11-1 and 11-6 list them, written down a second time: every position of the
 * page and every MSR of the range, every bit of what can be written.
 */
class RegisterTableTest {
    /** A register that takes a write: bits that raise #GP over the MSR, and bits that stay in the page. */
    private record Row(String name, int first, int words, String page, String msr, long faulting, long kept) {
    }

    /** Page and MSR: r read, w write, - neither; x: no such register. */
    private static final Row[] TABLE = {
        row("id", 0x02, 1, "r", "r", 0, 0),
        row("version", 0x03, 1, "r", "r", 0, 0),
        row("tpr", 0x08, 1, "rw", "rw", ~0xFFL, 0xFF),
        row("apr", 0x09, 1, "r", "x", 0, 0),
        row("ppr", 0x0A, 1, "r", "r", 0, 0),
        row("eoi", 0x0B, 1, "w", "w", ~0L, 0),
        row("rrd", 0x0C, 1, "r", "x", 0, 0),
        row("ldr", 0x0D, 1, "rw", "r", 0, 0xFF00_0000L),
        row("dfr", 0x0E, 1, "rw", "x", 0, 0xF000_0000L),
        row("spurious", 0x0F, 1, "rw", "rw", ~0x3FFL, 0x3FF),
        row("isr", 0x10, 8, "r", "r", 0, 0),
        row("tmr", 0x18, 8, "r", "r", 0, 0),
        row("irr", 0x20, 8, "r", "r", 0, 0),
        row("error status", 0x28, 1, "rw", "rw", ~0L, 0),
        row("icr high", 0x31, 1, "rw", "x", 0, 0xFF00_0000L),
        row("timer", 0x32, 1, "rw", "rw", ~0x7_10FFL, 0x7_00FF),
        row("thermal", 0x33, 1, "rw", "rw", ~0x1_17FFL, 0x1_07FF),
        row("performance", 0x34, 1, "rw", "rw", ~0x1_17FFL, 0x1_07FF),
        row("lint0", 0x35, 1, "rw", "rw", ~0x1_F7FFL, 0x1_A7FF),
        row("lint1", 0x36, 1, "rw", "rw", ~0x1_F7FFL, 0x1_A7FF),
        row("error", 0x37, 1, "rw", "rw", ~0x1_10FFL, 0x1_00FF),
        row("initial count", 0x38, 1, "rw", "rw", ~0xFFFF_FFFFL, 0xFFFF_FFFFL),
        row("current count", 0x39, 1, "r", "r", 0, 0),
        row("divide", 0x3E, 1, "rw", "rw", ~0xBL, 0xB),
        row("self ipi", 0x3F, 1, "x", "w", ~0xFFL, 0),
        row("icr", 0x30, 1, "rw", "rw", 0xFFF3_3000L, 0xC_CFFF),
    };

    private static Row row(final String name, final int first, final int words, final String page,
            final String msr, final long faulting, final long kept) {
        return new Row(name, first, words, page, msr, faulting, kept);
    }

    private static Row at(final int position) {
        for (final Row row : TABLE) {
            if (position >= row.first && position < row.first + row.words) {
                return row;
            }
        }
        return new Row("reserved", position, 1, "x", "x", 0, 0);
    }

    private static boolean faults(final Runnable access) {
        try {
            access.run();
            return false;
        } catch (final GeneralProtection e) {
            return true;
        }
    }

    static Stream<Arguments> msrs() {
        return IntStream.range(0x800, 0x900).mapToObj(msr -> Arguments.of(Integer.toHexString(msr), msr));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("msrs")
    void shouldAllowAnMsrOnlyWhatTheTableAllows(final String name, final int msr) {
        final Row row = at(msr - 0x800);
        final LocalInterrupts apic = ApicBench.x2apic(1).apic(0);
        assertThat(faults(() -> apic.readMsr(msr))).as(row.name).isEqualTo(!row.msr.contains("r"));
        // A legal value: 0, but a vector where it would be sent.
        final long legal = row.name.contains("ipi") || row.name.equals("icr") ? 0x40 : 0;
        assertThat(faults(() -> apic.writeMsr(msr, legal))).as(row.name).isEqualTo(!row.msr.contains("w"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("msrs")
    void shouldFaultOnEveryReservedBitAndNoOther(final String name, final int msr) {
        final Row row = at(msr - 0x800);
        for (int bit = 0; bit < Long.SIZE && row.msr.contains("w"); bit++) {
            final long value = bitOver(row, bit);
            final LocalInterrupts apic = ApicBench.x2apic(1).apic(0);
            assertThat(faults(() -> apic.writeMsr(msr, value))).as(row.name + " bit " + bit)
                .isEqualTo((row.faulting >>> bit & 1) != 0);
        }
    }

    /** One bit, in a value that is legal apart from it: a vector, and for the ICR no mode but fixed. */
    private static long bitOver(final Row row, final int bit) {
        final boolean mode = row.name.equals("icr") && bit >= 8 && bit < 11;
        final long vector = row.faulting & 0x40 ^ 0x40;
        return mode ? vector : vector | 1L << bit;
    }

    static Stream<Arguments> offsets() {
        return IntStream.range(0, 0x100).mapToObj(position -> Arguments.of(Integer.toHexString(position << 4),
            position));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("offsets")
    void shouldReportReservedRegistersOfThePage(final String name, final int position) {
        final Row row = at(position);
        final long physical = ApicBase.RESET_PAGE + (position << 4);
        final ApicBench read = ApicBench.xapic(1);
        read.apic(0).mmioRead(physical, 4);
        assertThat(isIllegal(read)).as(row.name).isEqualTo(row.page.equals("x"));
        final ApicBench written = ApicBench.xapic(1);
        written.apic(0).mmioWrite(physical, 4, row.name.equals("icr") ? 0x40 : 0);
        // A write of the error status register shows the errors by itself, and forgets them.
        assertThat(isIllegal(written)).as(row.name).isEqualTo(row.page.equals("x"));
    }

    private static boolean isIllegal(final ApicBench machine) {
        machine.write(0, ApicRegisters.ERROR_STATUS, 0);
        return (machine.read(0, ApicRegisters.ERROR_STATUS) & ErrorStatus.ILLEGAL_REGISTER) != 0;
    }

    @Test
    void shouldKeepOfAPageWriteOnlyTheBitsThatTheTableHas() {
        for (final Row row : TABLE) {
            for (int bit = 0; bit < Integer.SIZE && row.kept != 0; bit++) {
                final ApicBench machine = ApicBench.xapic(1);
                final long physical = ApicBase.RESET_PAGE + (row.first << 4);
                final long before = machine.apic(0).mmioRead(physical, 4) & ~row.kept;
                final long base = row.name.equals("icr") ? 0x40 : 0;
                final boolean sends = row.name.equals("icr") && bit >= 8 && bit < 11;
                machine.apic(0).mmioWrite(physical, 4, sends ? base : base | 1L << bit);
                final long expected = sends ? base : (base | 1L << bit) & row.kept;
                final boolean enabled = !row.name.equals("spurious") || bit == 8;
                assertThat(machine.apic(0).mmioRead(physical, 4)).as(row.name + " bit " + bit)
                    .isEqualTo(before | expected);
                assertThat((machine.read(0, ApicRegisters.LVT_ERROR) & Lvt.MASKED) == 0).as("masked")
                    .isEqualTo(row.name.equals("error") && bit != 16 && enabled);
            }
        }
    }

    @Test
    void shouldHaveARowForEveryRegister() {
        for (final ApicRegisters register : ApicRegisters.values()) {
            final Row row = at(register.position());
            assertThat(row.first).as(register.name()).isEqualTo(register.position());
            assertThat(row.words).as(register.name()).isEqualTo(register.words());
        }
        assertThat(ApicRegisters.values()).hasSize(TABLE.length);
    }

    @Test
    void shouldClaimToSuppressTheBroadcastOfEoisOnlyWhenToldTo() {
        final LocalInterrupts plain = ApicBench.x2apic(1).apic(0);
        assertThat(plain.readMsr(0x803) >>> 24 & 1).isZero();
        assertThat(faults(() -> plain.writeMsr(0x80F, 0x11FF))).isTrue();
        final ApicBench machine = ApicBench.x2apic(1, "apic.suppress_eoi_broadcast=1");
        assertThat(machine.apic(0).readMsr(0x803) >>> 24 & 1).isOne();
        final int[] ended = new int[1];
        machine.ipis().onEndOfInterrupt(vector -> ended[0]++);
        for (final int spurious : new int[] {0x11FF, 0x1FF}) {
            machine.apic(0).writeMsr(0x80F, spurious);
            machine.ipis().deviceInterrupt(0, false, 0, 0x50, true);
            machine.apic(0).acknowledge();
            machine.apic(0).writeMsr(0x80B, 0);
            assertThat(ended[0]).isEqualTo(spurious == 0x1FF ? 1 : 0);
        }
    }
}
