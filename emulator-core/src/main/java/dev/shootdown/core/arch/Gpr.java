package dev.shootdown.core.arch;

/** Numbers of the general-purpose registers as instructions encode them. SDM 2A table 2-2. */
public final class Gpr {
    public static final int RAX = 0;
    public static final int RCX = 1;
    public static final int RDX = 2;
    public static final int RBX = 3;
    public static final int RSP = 4;
    public static final int RBP = 5;
    public static final int RSI = 6;
    public static final int RDI = 7;
    public static final int R8 = 8;
    public static final int R9 = 9;
    public static final int R10 = 10;
    public static final int R11 = 11;
    public static final int R12 = 12;
    public static final int R13 = 13;
    public static final int R14 = 14;
    public static final int R15 = 15;
    /** How many there are. */
    public static final int COUNT = 16;
    private static final String[] NAMES = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9",
        "r10",
        "r11", "r12", "r13", "r14", "r15"};

    private Gpr() {
    }

    /** The 64-bit name, in lower case. */
    public static String name(final int register) {
        return NAMES[register];
    }
}
