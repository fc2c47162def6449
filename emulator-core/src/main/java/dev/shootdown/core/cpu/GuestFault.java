package dev.shootdown.core.cpu;

/** An exception of the guest on its way to the IDT. Each core has one instance, stackless, and reuses it. */
public final class GuestFault extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private int vector;
    private int errorCode;

    GuestFault() {
        super("guest fault", null, false, false);
    }

    GuestFault with(final int newVector, final int newErrorCode) {
        vector = newVector;
        errorCode = newErrorCode;
        return this;
    }

    /** See {@link dev.shootdown.core.arch.Vector}. */
    public int vector() {
        return vector;
    }

    /** The error code; meaningless for vectors that push none. */
    public int errorCode() {
        return errorCode;
    }
}
