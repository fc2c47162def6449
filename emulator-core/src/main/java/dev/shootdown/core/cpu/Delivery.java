package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.state.Derived;

/** The event that a core delivers at the moment; each core has one and uses it again. */
final class Delivery {
    /** An external interrupt or NMI. */
    static final int EXTERNAL = 0;
    /** An exception that the processor found, and INT1. */
    static final int EXCEPTION = 1;
    /** INT n, INT3, INTO: the gate's DPL is checked. */
    static final int SOFTWARE = 2;

    /** Error-code bits. SDM 3A 6.13. */
    private static final int EXT = 1;
    private static final int IDT = 2;

    @Derived("used within a step") int vector;
    @Derived("used within a step") int errorCode;
    @Derived("used within a step") int source;
    /** What is pushed as the instruction pointer. */
    @Derived("used within a step") long returnRip;
    /** What is pushed as the flags. */
    @Derived("used within a step") long flags;

    Delivery of(final int newVector, final int newErrorCode, final int newSource, final long newReturnRip,
            final long newFlags) {
        vector = newVector;
        errorCode = newErrorCode;
        source = newSource;
        returnRip = newReturnRip;
        flags = newFlags;
        return this;
    }

    /** A fault in the delivery takes its place. Faults push RF set, an abort does not. SDM 3B 18.3.1.1. */
    void become(final int newVector, final int newErrorCode) {
        vector = newVector;
        errorCode = newErrorCode;
        source = EXCEPTION;
        flags = newVector == Vector.DF ? flags & ~(long) Rflags.RF : flags | Rflags.RF;
    }

    boolean pushesErrorCode() {
        return source == EXCEPTION && Vector.pushesErrorCode(vector);
    }

    /** The bit EXT of the error code of a fault in this delivery. */
    int ext() {
        return source == SOFTWARE ? 0 : EXT;
    }

    /** The error code of a fault that the gate itself causes. */
    int gateCode() {
        return vector << 3 | IDT | ext();
    }
}
