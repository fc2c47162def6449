package dev.shootdown.core.arch;

/** Model-specific registers that the machine knows. SDM 4 tables 2-2 and following. */
public final class Msr {
    public static final int TSC = 0x10;
    public static final int APIC_BASE = 0x1B;
    public static final int SPEC_CTRL = 0x48;
    public static final int TSC_ADJUST = 0x3B;
    public static final int PRED_CMD = 0x49;
    public static final int BIOS_SIGN_ID = 0x8B;
    public static final int UMWAIT_CONTROL = 0xE1;
    public static final int MTRRCAP = 0xFE;
    public static final int ARCH_CAPABILITIES = 0x10A;
    public static final int SYSENTER_CS = 0x174;
    public static final int SYSENTER_ESP = 0x175;
    public static final int SYSENTER_EIP = 0x176;
    public static final int MISC_ENABLE = 0x1A0;
    public static final int PAT = 0x277;
    public static final int TSC_DEADLINE = 0x6E0;
    /** First of the x2APIC registers. SDM 3A table 11-6. */
    public static final int X2APIC_FIRST = 0x800;
    /** Last of the x2APIC registers. */
    public static final int X2APIC_LAST = 0x8FF;
    public static final int EFER = 0xC000_0080;
    public static final int STAR = 0xC000_0081;
    public static final int LSTAR = 0xC000_0082;
    public static final int CSTAR = 0xC000_0083;
    public static final int FMASK = 0xC000_0084;
    public static final int FS_BASE = 0xC000_0100;
    public static final int GS_BASE = 0xC000_0101;
    public static final int KERNEL_GS_BASE = 0xC000_0102;
    public static final int TSC_AUX = 0xC000_0103;

    private Msr() {
    }

    /** Whether the number lies in the x2APIC range. */
    public static boolean isX2apic(final int msr) {
        return msr >= X2APIC_FIRST && msr <= X2APIC_LAST;
    }
}
