package dev.shootdown.apic;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/** The registers that keep what was written to them. The others have a place here too, and no use for it. */
final class RegisterFile implements Stateful {
    private static final int REGISTER_BITS = 32;
    private static final long SOFTWARE_ENABLED = 1L << 8;
    private final long[] values = new long[ApicRegisters.POSITIONS];

    long value(final ApicRegisters register) {
        return values[register.position()];
    }

    /** Changes the bits that can be written. */
    void set(final ApicRegisters register, final long value) {
        final long mask = register.writableMask();
        values[register.position()] = value(register) & ~mask | value & mask;
    }

    /** In x2APIC mode the destination of {@code icr} has all 32 bits. */
    void setX2apicDestination(final long icr) {
        values[ApicRegisters.ICR_HIGH.position()] = icr >>> REGISTER_BITS;
    }

    /** Both halves of the interrupt command register. */
    long icr() {
        return value(ApicRegisters.ICR) | value(ApicRegisters.ICR_HIGH) << REGISTER_BITS;
    }

    /** The spurious-interrupt vector register enables the APIC. SDM 3A 11.4.7.2. */
    boolean isSoftwareEnabled() {
        return (value(ApicRegisters.SPURIOUS) & SOFTWARE_ENABLED) != 0;
    }

    /** Masks the whole local vector table. */
    void maskLvt() {
        final int last = ApicRegisters.LVT_ERROR.position();
        for (int position = ApicRegisters.LVT_TIMER.position(); position <= last; position++) {
            values[position] |= Lvt.MASKED;
        }
    }

    /** Power-up. */
    void reset() {
        for (final ApicRegisters register : ApicRegisters.values()) {
            values[register.position()] = register.resetValue();
        }
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("registers", values);
    }
}
