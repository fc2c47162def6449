package dev.shootdown.core.arch;

/** Bits of the page-fault error code. SDM 3A 4.7, figure 4-12. */
public final class PageFaultCode {
    /** P: the fault is a protection violation, not a missing translation. */
    public static final int PRESENT = 1;
    /** W/R: the access was a write. */
    public static final int WRITE = 1 << 1;
    /** U/S: the access had user privilege. */
    public static final int USER = 1 << 2;
    /** RSVD: a reserved bit was set in a paging-structure entry. */
    public static final int RESERVED = 1 << 3;
    /** I/D: the access was an instruction fetch (only with NXE or SMEP). */
    public static final int FETCH = 1 << 4;

    private PageFaultCode() {
    }
}
