package dev.shootdown.apic;

/** The registers of a local APIC, one row for each. SDM 3A tables 11-1 and 11-6. */
enum ApicRegisters {
    //            offset words access reset        writable     other bits that x2APIC lets pass
    ID(           0x020, 1, "R-R-", 0,             0,           0),
    VERSION(      0x030, 1, "R-R-", 0x0005_0014L,  0,           0),
    TPR(          0x080, 1, "RWRW", 0,             0x0000_00FF, 0),
    /** Not supported since the Pentium 4: reads 0, and is no error. */
    APR(          0x090, 1, "R---", 0,             0,           0),
    PPR(          0x0A0, 1, "R-R-", 0,             0,           0),
    EOI(          0x0B0, 1, "-W-W", 0,             0,           0),
    /** Not supported since the Pentium 4: reads 0, and is no error. */
    RRD(          0x0C0, 1, "R---", 0,             0,           0),
    LDR(          0x0D0, 1, "RWR-", 0,             0xFF00_0000L, 0),
    DFR(          0x0E0, 1, "RW--", 0xFFFF_FFFFL,  0xF000_0000L, 0),
    SPURIOUS(     0x0F0, 1, "RWRW", 0x0000_00FF,   0x0000_03FF, 0),
    ISR(          0x100, 8, "R-R-", 0,             0,           0),
    TMR(          0x180, 8, "R-R-", 0,             0,           0),
    IRR(          0x200, 8, "R-R-", 0,             0,           0),
    ERROR_STATUS( 0x280, 1, "RWRW", 0,             0,           0),
    ICR(          0x300, 1, "RWRW", 0,             0x000C_CFFF, 0),
    ICR_HIGH(     0x310, 1, "RW--", 0,             0xFF00_0000L, 0),
    LVT_TIMER(    0x320, 1, "RWRW", Lvt.MASKED,    0x0007_00FF, 0x1000),
    LVT_THERMAL(  0x330, 1, "RWRW", Lvt.MASKED,    0x0001_07FF, 0x1000),
    LVT_PERF(     0x340, 1, "RWRW", Lvt.MASKED,    0x0001_07FF, 0x1000),
    LVT_LINT0(    0x350, 1, "RWRW", Lvt.MASKED,    0x0001_A7FF, 0x5000),
    LVT_LINT1(    0x360, 1, "RWRW", Lvt.MASKED,    0x0001_A7FF, 0x5000),
    LVT_ERROR(    0x370, 1, "RWRW", Lvt.MASKED,    0x0001_00FF, 0x1000),
    INITIAL_COUNT(0x380, 1, "RWRW", 0,             0xFFFF_FFFFL, 0),
    CURRENT_COUNT(0x390, 1, "R-R-", 0,             0,           0),
    DIVIDE(       0x3E0, 1, "RWRW", 0,             0x0000_000B, 0),
    SELF_IPI(     0x3F0, 1, "---W", 0,             0x0000_00FF, 0);

    /** Register positions in the page: one each 16 bytes, as many as the MSRs that x2APIC uses. */
    static final int POSITIONS = 64;
    /** Registers lie so far apart in the page, and their MSRs one. */
    private static final int POSITION_SHIFT = 4;
    private static final int FIRST_MSR = 0x800;
    private static final ApicRegisters[] BY_POSITION = byPosition();

    private final int offset;
    private final int words;
    private final String access;
    private final long reset;
    private final long writable;
    private final long passing;

    /** @param access of the page, then of the MSRs */
    ApicRegisters(final int offset, final int words, final String access, final long reset,
            final long writable, final long passing) {
        this.offset = offset;
        this.words = words;
        this.access = access;
        this.reset = reset;
        this.writable = writable;
        this.passing = passing;
    }

    private static ApicRegisters[] byPosition() {
        final ApicRegisters[] table = new ApicRegisters[POSITIONS];
        for (final ApicRegisters register : values()) {
            for (int word = 0; word < register.words; word++) {
                table[register.position() + word] = register;
            }
        }
        return table;
    }

    /** The register at {@code position}, or null if it is reserved. */
    static ApicRegisters at(final int position) {
        return position < POSITIONS ? BY_POSITION[position] : null;
    }

    /** The position of an offset in the page. */
    static int positionOfOffset(final int offset) {
        return offset >>> POSITION_SHIFT;
    }

    /** The position of an MSR. */
    static int positionOfMsr(final int msr) {
        return msr - FIRST_MSR;
    }

    /** Its first position. */
    int position() {
        return offset >>> POSITION_SHIFT;
    }

    /** Its offset in the page. */
    int offset() {
        return offset;
    }

    /** Its MSR in x2APIC mode. */
    int msr() {
        return FIRST_MSR + position();
    }

    /** How many positions it takes. */
    int words() {
        return words;
    }

    boolean isReadable(final boolean x2apic) {
        return access.charAt(x2apic ? 2 : 0) == 'R';
    }

    boolean isWritable(final boolean x2apic) {
        return access.charAt(x2apic ? 3 : 1) == 'W';
    }

    /** Whether it is in the page at all. */
    boolean isInPage() {
        return isReadable(false) || isWritable(false);
    }

    long resetValue() {
        return reset;
    }

    /** The bits that a write changes. */
    long writableMask() {
        return writable;
    }

    /** The bits whose setting in x2APIC mode raises #GP. */
    long reservedMask() {
        return this == ICR ? ~(writable | 0xFFFF_FFFFL << 32) : ~(writable | passing);
    }

    boolean isLvt() {
        return this.compareTo(LVT_TIMER) >= 0 && this.compareTo(LVT_ERROR) <= 0;
    }
}
