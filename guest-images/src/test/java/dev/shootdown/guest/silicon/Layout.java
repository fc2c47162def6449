package dev.shootdown.guest.silicon;

/**
 * Where an instruction under test finds what. The C program has the same numbers.
 *
 * <pre>
 *  CODE       2 pages, readable and executable, full of INT3; absent pages around
 *  DATA       page 0 writable, 1 writable, 2 read-only, 3 absent, 4 writable; absent pages around
 * </pre>
 */
final class Layout {
    static final int PAGE = 4096;
    static final long CODE = 0x2000_0000L;
    static final int CODE_PAGES = 2;
    static final int CODE_BYTES = CODE_PAGES * PAGE;
    static final long DATA = 0x2001_0000L;
    static final int DATA_PAGES = 5;
    static final int DATA_BYTES = DATA_PAGES * PAGE;
    static final int READ_ONLY_PAGE = 2;
    static final int ABSENT_PAGE = 3;
    /** Bytes of data that a case chooses for itself. */
    static final int WINDOW_BYTES = 64;
    /** Bytes of code that a case may have. */
    static final int MOST_CODE = 24;
    static final byte INT3 = (byte) 0xCC;
    /** Selectors of Linux: 64-bit code, 32-bit code, data, all of ring 3. */
    static final int USER_CODE = 0x33;
    static final int USER_CODE_32 = 0x23;
    static final int USER_DATA = 0x2B;

    private Layout() {
    }
}
