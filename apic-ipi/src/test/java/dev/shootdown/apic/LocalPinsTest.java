package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.spi.MachineStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LINT0 and LINT1 with each kind of entry. SDM 3A 11.5.1. */
class LocalPinsTest {
    private static final int LEVEL = 1 << 15;
    private static final int REMOTE_IRR = 1 << 14;
    private final ApicBench machine = ApicBench.xapic(2);

    private void pulse(final int pin) {
        machine.ipis().driveLocalPin(pin, true);
        machine.ipis().driveLocalPin(pin, false);
    }

    private int take() {
        final int vector = machine.apic(0).acknowledge();
        machine.write(0, ApicRegisters.EOI, 0);
        return vector;
    }

    @ParameterizedTest
    @CsvSource({"0, LVT_LINT0", "1, LVT_LINT1"})
    void shouldRequestAFixedVectorAtEachEdge(final int pin, final ApicRegisters entry) {
        machine.write(0, ApicRegisters.LVT_LINT0, Lvt.MASKED);
        pulse(pin);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        machine.write(0, entry, 0x45);
        machine.ipis().driveLocalPin(pin, true);
        assertThat(take()).isEqualTo(0x45);
        machine.ipis().driveLocalPin(pin, true);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        machine.ipis().driveLocalPin(pin, false);
        machine.ipis().driveLocalPin(pin, true);
        assertThat(machine.apic(0).isRequesting()).isTrue();
        assertThat(machine.apic(1).isRequesting()).isFalse();
    }

    @Test
    void shouldRequestALevelAgainAfterItsEndWhileItLasts() {
        machine.write(0, ApicRegisters.LVT_LINT0, LEVEL | 0x45);
        machine.ipis().driveLocalPin(0, true);
        assertThat(machine.read(0, ApicRegisters.LVT_LINT0) & REMOTE_IRR).isNotZero();
        assertThat(take()).isEqualTo(0x45);
        assertThat(machine.apic(0).isRequesting()).isTrue();
        machine.ipis().driveLocalPin(0, false);
        assertThat(take()).isEqualTo(0x45);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        assertThat(machine.read(0, ApicRegisters.LVT_LINT0) & REMOTE_IRR).isZero();
    }

    @Test
    void shouldLetAWaitingLevelThroughWhenItIsUnmasked() {
        machine.write(0, ApicRegisters.LVT_LINT0, Lvt.MASKED | LEVEL | 0x45);
        machine.ipis().driveLocalPin(0, true);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        machine.write(0, ApicRegisters.LVT_LINT0, LEVEL | 0x45);
        assertThat(machine.apic(0).isRequesting()).isTrue();
    }

    @Test
    void shouldTreatLint1AsAnEdgeWhateverItsEntrySays() {
        machine.write(0, ApicRegisters.LVT_LINT1, LEVEL | 0x45);
        machine.ipis().driveLocalPin(1, true);
        assertThat(take()).isEqualTo(0x45);
        assertThat(machine.apic(0).isRequesting()).isFalse();
    }

    @Test
    void shouldPassSignalsToTheCore() {
        machine.write(0, ApicRegisters.LVT_LINT0, Lvt.MASKED);
        machine.write(0, ApicRegisters.LVT_LINT1, 0x400);
        pulse(1);
        machine.write(0, ApicRegisters.LVT_LINT1, 0x500);
        pulse(1);
        assertThat(machine.core(0).calls).contains("nmi@0", "init@0").hasSizeLessThanOrEqualTo(3);
        assertThat(machine.apic(0).isRequesting()).isFalse();
    }

    /** What an 8259 says goes past all priorities, and comes from the bootstrap processor's pin at first. */
    @Test
    void shouldTakeTheVectorOfTheExternalController() {
        machine.ipis().onExternalAcknowledge(() -> {
            machine.ipis().driveLocalPin(0, false);
            return 0x08;
        });
        final ApicBench fresh = ApicBench.of(2);
        assertThat(fresh.read(0, ApicRegisters.LVT_LINT0)).isEqualTo(0x700);
        assertThat(fresh.read(1, ApicRegisters.LVT_LINT0)).isEqualTo(Lvt.MASKED);
        machine.write(0, ApicRegisters.TPR, 0xFF);
        machine.ipis().driveLocalPin(0, true);
        assertThat(machine.apic(0).isRequesting()).isTrue();
        assertThat(machine.apic(1).isRequesting()).isFalse();
        assertThat(machine.apic(0).acknowledge()).isEqualTo(0x08);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        assertThat(machine.apic(0).mmioRead(ApicBase.RESET_PAGE + 0x100, 4)).isZero();
    }

    @Test
    void shouldBeThePinsOfTheCoreWhileDisabled() {
        machine.apic(1).writeMsr(Msr.APIC_BASE, ApicBase.RESET_PAGE);
        machine.core(1).calls.clear();
        machine.write(0, ApicRegisters.LVT_LINT0, Lvt.MASKED);
        machine.ipis().driveLocalPin(0, true);
        machine.ipis().driveLocalPin(1, true);
        assertThat(machine.core(1).calls).containsExactly("changed@0", "nmi@0");
        assertThat(machine.apic(1).isRequesting()).isTrue();
        assertThat(machine.apic(0).isRequesting()).isFalse();
    }

    @Test
    void shouldStopByNameOnAnSmi() {
        machine.write(0, ApicRegisters.LVT_LINT1, 0x200);
        assertThatThrownBy(() -> pulse(1)).isInstanceOf(MachineStop.class)
            .hasMessage("LINT1 with delivery mode 2");
    }
}
