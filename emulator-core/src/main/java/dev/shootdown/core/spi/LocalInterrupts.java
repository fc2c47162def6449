package dev.shootdown.core.spi;

import dev.shootdown.core.state.Stateful;

/** The local interrupt controller of one core, as the core sees it. */
public interface LocalInterrupts extends Stateful {
    /**
     * Whether a fixed interrupt is requested with a priority above the processor priority. SDM 3A 11.8.3.1.
     */
    boolean isRequesting();

    /**
     * Accepts the highest interrupt: moves it from IRR to ISR. @return its vector (the spurious one if it
     * went away)
     */
    int acknowledge();

    /**
     * Whether this MSR belongs to the interrupt controller (IA32_APIC_BASE, TSC_DEADLINE, 0x800 to 0x8FF).
     */
    boolean ownsMsr(int msr);

    /** RDMSR. @throws GeneralProtection where the manual raises #GP(0) */
    long readMsr(int msr);

    /** WRMSR. @throws GeneralProtection where the manual raises #GP(0) */
    void writeMsr(int msr, long value);

    /** Whether this physical address is one of the register page now. */
    boolean ownsPhysical(long physical);

    /** Reads a register of the page at {@code physical}. */
    long mmioRead(long physical, int size);

    /** Writes a register of the page at {@code physical}. */
    void mmioWrite(long physical, int size, long value);

    /** Whether IA32_APIC_BASE has it enabled; CPUID leaf 1 says so, too. SDM 3A 11.4.3. */
    default boolean isPresent() {
        return true;
    }

    /** Software wrote the time-stamp counter or IA32_TSC_ADJUST: a deadline may be nearer now, or farther. */
    default void timeStampChanged() {
    }

    /** The machine drives a pin: 0 is LINT0, INTR on PCs; 1 is LINT1, NMI. SDM 3A 11.5.1. */
    default void drivePin(final int pin, final boolean asserted) {
    }

    /** CR8: the task-priority class, 0 to 15. */
    int taskPriority();

    /** MOV to CR8 with a value from 0 to 15. */
    void setTaskPriority(int priority);

    /** INIT keeps what the manual says that it keeps. SDM 3A 11.4.7.3. */
    void init();

    /** The identifier that CPUID leaf 1 and 0xB report. */
    int apicId();
}
