package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.spi.GeneralProtection;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.spi.MachineStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApicBaseTest {
    private static final long DISABLED = 0xFEE0_0000L;
    private static final long XAPIC = 0xFEE0_0800L;
    private static final long X2APIC = 0xFEE0_0C00L;
    private static final long INVALID = 0xFEE0_0400L;

    /** SDM 3A figure 11-27: every pair. */
    @ParameterizedTest
    @CsvSource({
        "disabled, disabled, true", "disabled, xapic, true", "disabled, x2apic, false",
            "disabled, invalid, false",
        "xapic, disabled, true", "xapic, xapic, true", "xapic, x2apic, true", "xapic, invalid, false",
        "x2apic, disabled, true", "x2apic, xapic, false", "x2apic, x2apic, true", "x2apic, invalid, false"
    })
    void shouldAllowOnlyTheTransitionsOfTheManual(final String from, final String to, final boolean allowed) {
        final LocalInterrupts apic = ApicBench.of(2).apic(1);
        if (!from.equals("xapic")) {
            apic.writeMsr(Msr.APIC_BASE, value(from));
        }
        if (allowed) {
            apic.writeMsr(Msr.APIC_BASE, value(to));
            assertThat(apic.readMsr(Msr.APIC_BASE)).isEqualTo(value(to));
        } else {
            assertThatThrownBy(() -> apic.writeMsr(Msr.APIC_BASE, value(to)))
                .isSameAs(GeneralProtection.INSTANCE);
            assertThat(apic.readMsr(Msr.APIC_BASE)).isEqualTo(value(from));
        }
    }

    private static long value(final String mode) {
        switch (mode) {
            case "disabled":
                return DISABLED;
            case "xapic":
                return XAPIC;
            case "x2apic":
                return X2APIC;
            default:
                return INVALID;
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "0x80", "0x200", "0x400000000000", "0x8000000000000000"})
    void shouldRaiseGeneralProtectionOnReservedBit(final String bit) {
        final LocalInterrupts apic = ApicBench.of(1).apic(0);
        assertThatThrownBy(() -> apic.writeMsr(Msr.APIC_BASE, XAPIC | Long.parseUnsignedLong(
            bit.replace("0x", ""), 16))).isSameAs(GeneralProtection.INSTANCE);
    }

    @Test
    void shouldMarkOnlyCoreZeroAsBootstrapProcessor() {
        final ApicBench machine = ApicBench.of(2);
        assertThat(machine.apic(0).readMsr(Msr.APIC_BASE)).isEqualTo(0xFEE0_0900L);
        assertThat(machine.apic(1).readMsr(Msr.APIC_BASE)).isEqualTo(0xFEE0_0800L);
    }

    @Test
    void shouldOwnThePageOnlyInXapicMode() {
        final LocalInterrupts apic = ApicBench.of(1).apic(0);
        assertThat(apic.ownsPhysical(0xFEE0_0300L)).isTrue();
        assertThat(apic.ownsPhysical(0xFEE0_1000L)).isFalse();
        apic.writeMsr(Msr.APIC_BASE, 0x1_2345_6800L);
        assertThat(apic.ownsPhysical(0xFEE0_0300L)).isFalse();
        assertThat(apic.ownsPhysical(0x1_2345_6300L)).isTrue();
        apic.writeMsr(Msr.APIC_BASE, X2APIC);
        assertThat(apic.ownsPhysical(0xFEE0_0300L)).isFalse();
    }

    @Test
    void shouldKeepRegistersWhenX2apicModeIsEntered() {
        final ApicBench machine = ApicBench.xapic(20);
        machine.write(17, ApicRegisters.TPR, 0x42);
        machine.write(17, ApicRegisters.LDR, 0x0400_0000);
        machine.apic(17).writeMsr(Msr.APIC_BASE, X2APIC);
        assertThat(machine.apic(17).readMsr(ApicRegisters.TPR.msr())).isEqualTo(0x42);
        assertThat(machine.apic(17).readMsr(ApicRegisters.LDR.msr())).isEqualTo(0x1_0002);
        assertThat(machine.apic(17).readMsr(ApicRegisters.ID.msr())).isEqualTo(17);
    }

    /** SDM 3A 11.12.5.1. */
    @Test
    void shouldForgetTheHighHalfOfTheCommandWhenX2apicModeIsEntered() {
        final ApicBench machine = ApicBench.xapic(1);
        machine.sendXapic(0, 0x0700_0000_0000_4440L);
        machine.apic(0).writeMsr(Msr.APIC_BASE, X2APIC);
        assertThat(machine.apic(0).readMsr(ApicRegisters.ICR.msr())).isEqualTo(0x4440);
    }

    @Test
    void shouldStopByNameWhenTheRegistersAreMovedOntoRam() {
        final LocalInterrupts apic = ApicBench.of(1).apic(0);
        assertThatThrownBy(() -> apic.writeMsr(Msr.APIC_BASE, 0x10_0800L)).isInstanceOf(MachineStop.class)
            .hasMessage("APIC registers in RAM, IA32_APIC_BASE=0x100800");
    }

    @Test
    void shouldLeaveOutIdentifiersWhereASocketIsNotFull() {
        final ApicBench machine = ApicBench.of(256, "machine.cores_per_socket=20",
            "machine.threads_per_core=1");
        final int[] cores = {0, 19, 20, 39, 40, 255};
        final int[] identifiers = {0, 19, 32, 51, 64, 12 * 32 + 15};
        for (int i = 0; i < cores.length; i++) {
            final LocalInterrupts apic = machine.apic(cores[i]);
            assertThat(apic.apicId()).isEqualTo(identifiers[i]);
            assertThat(apic.readMsr(ApicRegisters.ID.msr())).isEqualTo(identifiers[i]);
            assertThat(apic.readMsr(ApicRegisters.LDR.msr()))
                .isEqualTo((long) identifiers[i] / 16 << 16 | 1 << identifiers[i] % 16);
        }
    }

    @Test
    void shouldShowTheLowBitsOfAWideIdentifierInXapicMode() {
        final ApicBench machine = ApicBench.of(300);
        machine.apic(299).writeMsr(Msr.APIC_BASE, DISABLED);
        machine.apic(299).writeMsr(Msr.APIC_BASE, XAPIC);
        assertThat(machine.read(299, ApicRegisters.ID)).isEqualTo((299L & 0xFF) << 24);
    }

    @Test
    void shouldResetRegistersWhenDisabled() {
        final ApicBench machine = ApicBench.xapic(1);
        machine.write(0, ApicRegisters.TPR, 0x42);
        machine.apic(0).writeMsr(Msr.APIC_BASE, DISABLED);
        machine.apic(0).writeMsr(Msr.APIC_BASE, XAPIC);
        assertThat(machine.read(0, ApicRegisters.TPR)).isZero();
        assertThat(machine.read(0, ApicRegisters.SPURIOUS)).isEqualTo(0xFF);
    }

    @Test
    void shouldKeepModeAndIdentifierOnInit() {
        final ApicBench machine = ApicBench.x2apic(4);
        machine.apic(3).writeMsr(ApicRegisters.TPR.msr(), 0x42);
        machine.apic(3).init();
        assertThat(machine.apic(3).readMsr(Msr.APIC_BASE)).isEqualTo(X2APIC);
        assertThat(machine.apic(3).readMsr(ApicRegisters.ID.msr())).isEqualTo(3);
        assertThat(machine.apic(3).readMsr(ApicRegisters.LDR.msr())).isEqualTo(8);
        assertThat(machine.apic(3).readMsr(ApicRegisters.TPR.msr())).isZero();
        assertThat(machine.apic(3).readMsr(ApicRegisters.SPURIOUS.msr())).isEqualTo(0xFF);
    }

    @Test
    void shouldStartInX2apicModeWhereIdentifiersDoNotFit() {
        assertThat(ApicBench.of(255).apic(254).readMsr(Msr.APIC_BASE)).isEqualTo(XAPIC);
        final LocalInterrupts apic = ApicBench.of(300).apic(299);
        assertThat(apic.readMsr(ApicRegisters.ID.msr())).isEqualTo(299);
        assertThat(apic.readMsr(ApicRegisters.LDR.msr())).isEqualTo(18L << 16 | 1 << 11);
    }
}
