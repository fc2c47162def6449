package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.spi.GeneralProtection;
import dev.shootdown.core.spi.LocalInterrupts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApicRegistersTest {
    @ParameterizedTest
    @CsvSource({
        "ID, 0x03000000", "VERSION, 0x00050014", "TPR, 0", "PPR, 0", "LDR, 0", "DFR, 0xFFFFFFFF",
            "SPURIOUS, 0xFF",
        "ISR, 0", "TMR, 0", "IRR, 0", "ERROR_STATUS, 0", "ICR, 0", "ICR_HIGH, 0", "LVT_TIMER, 0x10000",
        "LVT_THERMAL, 0x10000", "LVT_PERF, 0x10000", "LVT_LINT0, 0x10000", "LVT_LINT1, 0x10000",
        "LVT_ERROR, 0x10000",
        "INITIAL_COUNT, 0", "CURRENT_COUNT, 0", "DIVIDE, 0", "APR, 0", "RRD, 0"
    })
    void shouldReadResetValueFromPage(final ApicRegisters register, final String value) {
        assertThat(ApicBench.of(4).read(3, register)).isEqualTo(Long.decode(value));
    }

    @ParameterizedTest
    @CsvSource({
        "ID, 0x13", "VERSION, 0x00050014", "TPR, 0", "PPR, 0", "LDR, 0x10008", "SPURIOUS, 0xFF",
            "ERROR_STATUS, 0",
        "ICR, 0", "LVT_TIMER, 0x10000", "LVT_LINT0, 0x10000", "LVT_ERROR, 0x10000", "CURRENT_COUNT, 0",
        "DIVIDE, 0"
    })
    void shouldReadResetValueFromMsr(final ApicRegisters register, final String value) {
        final LocalInterrupts apic = ApicBench.of(20, "apic.x2apic_at_reset=1").apic(0x13);
        assertThat(apic.readMsr(register.msr())).isEqualTo(Long.decode(value));
    }

    @ParameterizedTest
    @CsvSource({
        "TPR, 0x100", "EOI, 1", "SPURIOUS, 0x400", "ERROR_STATUS, 1", "ICR, 0x1000", "ICR, 0x2000",
            "ICR, 0x10000",
        "ICR, 0x100000", "LVT_TIMER, 0x100", "LVT_TIMER, 0x80000", "LVT_THERMAL, 0x800", "LVT_PERF, 0x2000",
        "LVT_LINT0, 0x800", "LVT_LINT1, 0x20000", "LVT_ERROR, 0x100", "INITIAL_COUNT, 0x100000000",
        "DIVIDE, 4",
        "DIVIDE, 0x10", "SELF_IPI, 0x100", "ID, 0", "VERSION, 0", "PPR, 0", "LDR, 0", "DFR, 0", "ISR, 0",
        "IRR, 0",
        "ICR_HIGH, 0", "CURRENT_COUNT, 0", "APR, 0"
    })
    void shouldRaiseGeneralProtectionOnMsrWriteOf(final ApicRegisters register, final String value) {
        final ApicBench machine = ApicBench.x2apic(1);
        assertThatThrownBy(() -> machine.apic(0).writeMsr(register.msr(), Long.decode(value)))
            .isSameAs(GeneralProtection.INSTANCE);
        assertThat(machine.core(0).charged).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x800, 0x801, 0x80B, 0x80E, 0x80C, 0x809, 0x829, 0x82F, 0x831, 0x83A, 0x83F, 0x840,
        0x8FF})
    void shouldRaiseGeneralProtectionOnMsrReadOf(final int msr) {
        final LocalInterrupts apic = ApicBench.x2apic(1).apic(0);
        assertThatThrownBy(() -> apic.readMsr(msr)).isSameAs(GeneralProtection.INSTANCE);
    }

    @Test
    void shouldRaiseGeneralProtectionOnX2apicMsrInXapicMode() {
        final LocalInterrupts apic = ApicBench.xapic(1).apic(0);
        assertThatThrownBy(() -> apic.readMsr(0x802)).isSameAs(GeneralProtection.INSTANCE);
        assertThatThrownBy(() -> apic.writeMsr(0x808, 0)).isSameAs(GeneralProtection.INSTANCE);
    }

    @ParameterizedTest
    @CsvSource({
        "TPR, 0xFFFFFFFF, 0xFF", "LDR, 0xFFFFFFFF, 0xFF000000", "DFR, 0x0, 0x0FFFFFFF",
            "SPURIOUS, 0xFFFFFFFF, 0x3FF",
        "LVT_TIMER, 0xFFFBFFFF, 0x300FF", "LVT_LINT0, 0xFFFFFFFF, 0x1A7FF", "LVT_ERROR, 0xFFFFFFFF, 0x100FF",
        "DIVIDE, 0xFFFFFFFF, 0xB", "ICR_HIGH, 0xFFFFFFFF, 0xFF000000", "ID, 0x0, 0", "VERSION, 0, 0x00050014"
    })
    void shouldKeepOnlyWritableBitsOfPage(final ApicRegisters register, final String written,
            final String read) {
        final ApicBench machine = ApicBench.xapic(1);
        machine.write(0, register, Long.decode(written));
        assertThat(machine.read(0, register)).isEqualTo(Long.decode(read));
    }

    @Test
    void shouldIgnorePageAccessesThatAreNotRegisterSized() {
        final ApicBench machine = ApicBench.xapic(1);
        final LocalInterrupts apic = machine.apic(0);
        apic.mmioWrite(ApicBase.RESET_PAGE + 0x81, 1, 0x50);
        apic.mmioWrite(ApicBase.RESET_PAGE + 0x84, 4, 0x50);
        apic.mmioWrite(ApicBase.RESET_PAGE + 0x80, 8, 0x50);
        assertThat(machine.read(0, ApicRegisters.TPR)).isZero();
        assertThat(apic.mmioRead(ApicBase.RESET_PAGE + 0x30, 1)).isZero();
    }

    @Test
    void shouldReportIllegalRegisterOnlyAfterErrorStatusWasWritten() {
        final ApicBench machine = ApicBench.xapic(1);
        machine.apic(0).mmioRead(ApicBase.RESET_PAGE + 0x040, 4);
        assertThat(machine.read(0, ApicRegisters.ERROR_STATUS)).isZero();
        machine.write(0, ApicRegisters.ERROR_STATUS, 0);
        assertThat(machine.read(0, ApicRegisters.ERROR_STATUS)).isEqualTo(ErrorStatus.ILLEGAL_REGISTER);
        machine.write(0, ApicRegisters.ERROR_STATUS, 0);
        assertThat(machine.read(0, ApicRegisters.ERROR_STATUS)).isZero();
    }

    @Test
    void shouldRaiseErrorInterruptOnceUntilErrorStatusIsWritten() {
        final ApicBench machine = ApicBench.xapic(1);
        machine.write(0, ApicRegisters.LVT_ERROR, 0xFE);
        machine.write(0, ApicRegisters.SELF_IPI, 0);
        assertThat(machine.apic(0).acknowledge()).isEqualTo(0xFE);
        machine.write(0, ApicRegisters.EOI, 0);
        machine.write(0, ApicRegisters.SELF_IPI, 0);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        machine.write(0, ApicRegisters.ERROR_STATUS, 0);
        machine.write(0, ApicRegisters.SELF_IPI, 0);
        assertThat(machine.apic(0).isRequesting()).isTrue();
    }

    @Test
    void shouldMaskLvtWhileSoftwareHasApicDisabled() {
        final ApicBench machine = ApicBench.xapic(1);
        machine.write(0, ApicRegisters.LVT_TIMER, 0x40);
        machine.write(0, ApicRegisters.SPURIOUS, 0xFF);
        assertThat(machine.read(0, ApicRegisters.LVT_TIMER)).isEqualTo(0x10040);
        machine.write(0, ApicRegisters.LVT_TIMER, 0x40);
        assertThat(machine.read(0, ApicRegisters.LVT_TIMER)).isEqualTo(0x10040);
    }

    @Test
    void shouldChargeWhatEachAccessCosts() {
        final ApicBench machine = ApicBench.xapic(2);
        machine.read(0, ApicRegisters.ID);
        assertThat(machine.core(0).charged).isEqualTo(100);
        machine.write(0, ApicRegisters.EOI, 0);
        assertThat(machine.core(0).charged).isEqualTo(200);
        machine.write(0, ApicRegisters.ICR, 0xC4030);
        assertThat(machine.core(0).charged).isEqualTo(550);
        final ApicBench x2apic = ApicBench.x2apic(2);
        x2apic.apic(0).writeMsr(ApicRegisters.EOI.msr(), 0);
        assertThat(x2apic.core(0).charged).isEqualTo(80);
        x2apic.send(0, 0xC4030);
        assertThat(x2apic.core(0).charged).isEqualTo(280);
    }
}
