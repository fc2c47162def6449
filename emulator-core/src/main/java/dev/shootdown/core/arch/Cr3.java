package dev.shootdown.core.arch;

/**
 * CR3 with process-context identifiers.
 *
 * <pre>
 *  63      62  52 51               12 11        0
 * +-------+------+-------------------+-----------+
 * |NOFLUSH|  0   | PML4 table        |   PCID    |   NOFLUSH is only ever written, it reads as zero
 * +-------+------+-------------------+-----------+
 * </pre>
 *
 * SDM 3A 4.10.4.1, tables 4-12 and 4-13.
 */
public final class Cr3 {
    /** Written with CR4.PCIDE: keep the TLB entries of the new PCID. */
    public static final long NO_FLUSH = 1L << 63;
    /** The process-context identifier, when CR4.PCIDE is set. */
    public static final long PCID = 0xFFF;
    /** Physical address of the top paging structure. */
    public static final long TABLE = Pte.ADDRESS;

    private Cr3() {
    }
}
