package dev.shootdown.apic;

import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/** The registers that keep what was written to them. The others have a place here too, and no use for it. */
final class RegisterFile implements Stateful {
    private static final int REGISTER_BITS = 32;
    private static final long SOFTWARE_ENABLED = 1L << 8;
    /** Of the version register: the spurious-interrupt vector register has the next bit. SDM 3A 11.4.8. */
    private static final long CAN_SUPPRESS = 1L << 24;
    /** EOIs are not told to I/O APICs. SDM 3A 11.8.5. */
    private static final long SUPPRESS_BROADCAST = 1L << 12;
    private final boolean canSuppress;
    private final long[] values = new long[ApicRegisters.POSITIONS];

    /** @param canSuppress whether the broadcast of EOIs can be suppressed */
    RegisterFile(final boolean canSuppress) {
        this.canSuppress = canSuppress;
    }

    private long suppressBit(final ApicRegisters register) {
        return canSuppress && register == ApicRegisters.SPURIOUS ? SUPPRESS_BROADCAST : 0;
    }

    /** The bits whose setting in x2APIC mode raises #GP. */
    long reserved(final ApicRegisters register) {
        return register.reservedMask() & ~suppressBit(register);
    }

    /** Whether EOIs of level-triggered interrupts stay here. */
    boolean isBroadcastSuppressed() {
        return (value(ApicRegisters.SPURIOUS) & SUPPRESS_BROADCAST) != 0;
    }

    long value(final ApicRegisters register) {
        return values[register.position()];
    }

    /** Changes the bits that can be written. */
    void set(final ApicRegisters register, final long value) {
        final long mask = register.writableMask() | suppressBit(register);
        values[register.position()] = value(register) & ~mask | value & mask;
    }

    /** A level-triggered interrupt of a pin begins or ends. */
    void setRemoteIrr(final ApicRegisters register, final boolean value) {
        final long others = values[register.position()] & ~Lvt.REMOTE_IRR;
        values[register.position()] = others | (value ? Lvt.REMOTE_IRR : 0);
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
        values[ApicRegisters.VERSION.position()] |= canSuppress ? CAN_SUPPRESS : 0;
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("registers", values);
    }
}
