package dev.shootdown.core.decode;

/**
 * Operations: what an instruction does once its operands are known. The family is in the high bits; the
 * interpreter switches on the family first and each family on the rest. Conditions (Jcc, SETcc, CMOVcc) are
 * in {@link Insn#condition}.
 */
public final class Op {
    /** Bits below the family. */
    public static final int FAMILY_SHIFT = 6;

    public static final int MOVES = 0;
    public static final int MOV = MOVES << 6 | 0;
    /** Zero-extends {@code b} (size {@link Insn#size2}) into {@code a} (size {@link Insn#size}). */
    public static final int MOVZX = MOVES << 6 | 1;
    /** Sign-extends {@code b} (size {@link Insn#size2}) into {@code a}; MOVSX and MOVSXD. */
    public static final int MOVSX = MOVES << 6 | 2;
    public static final int LEA = MOVES << 6 | 3;
    public static final int CMOV = MOVES << 6 | 4;
    public static final int BSWAP = MOVES << 6 | 5;
    public static final int MOVBE = MOVES << 6 | 6;
    /** CBW, CWDE, CDQE by {@link Insn#size} (of the result). */
    public static final int CBW = MOVES << 6 | 7;
    /** CWD, CDQ, CQO by {@link Insn#size}. */
    public static final int CWD = MOVES << 6 | 8;
    public static final int XLAT = MOVES << 6 | 9;
    /** MOV r/m, Sreg: {@code a} the destination, {@link Insn#imm} the segment number. */
    public static final int MOV_FROM_SREG = MOVES << 6 | 10;
    /** MOV Sreg, r/m16: {@link Insn#imm} the segment number, {@code b} the source. */
    public static final int MOV_TO_SREG = MOVES << 6 | 11;
    /** LES LDS LSS LFS LGS: {@code a} the register, {@code b} memory, {@link Insn#imm} the segment number. */
    public static final int LOAD_FAR_POINTER = MOVES << 6 | 12;
    public static final int SETCC = MOVES << 6 | 13;
    /** AL becomes 0 or, with CF, 0xFF; undocumented, and in every processor. */
    public static final int SALC = MOVES << 6 | 14;
    /** MOV to memory past the caches, which are not modelled. */
    public static final int MOVNTI = MOVES << 6 | 15;

    public static final int ARITHMETIC = 1;
    public static final int ADD = ARITHMETIC << 6 | 0;
    public static final int ADC = ARITHMETIC << 6 | 1;
    public static final int SUB = ARITHMETIC << 6 | 2;
    public static final int SBB = ARITHMETIC << 6 | 3;
    public static final int CMP = ARITHMETIC << 6 | 4;
    public static final int INC = ARITHMETIC << 6 | 5;
    public static final int DEC = ARITHMETIC << 6 | 6;
    public static final int NEG = ARITHMETIC << 6 | 7;
    public static final int ADCX = ARITHMETIC << 6 | 8;
    public static final int ADOX = ARITHMETIC << 6 | 9;
    /** Adjustments of decimal digits in AL and AH. */
    public static final int DAA = ARITHMETIC << 6 | 10;
    public static final int DAS = ARITHMETIC << 6 | 11;
    public static final int AAA = ARITHMETIC << 6 | 12;
    public static final int AAS = ARITHMETIC << 6 | 13;
    /** {@link Insn#imm} the base. */
    public static final int AAM = ARITHMETIC << 6 | 14;
    public static final int AAD = ARITHMETIC << 6 | 15;

    public static final int LOGIC = 2;
    public static final int AND = LOGIC << 6 | 0;
    public static final int OR = LOGIC << 6 | 1;
    public static final int XOR = LOGIC << 6 | 2;
    public static final int TEST = LOGIC << 6 | 3;
    public static final int NOT = LOGIC << 6 | 4;
    /** BMI1: {@code a = ~c & b}... with {@code a} ModRM.reg, {@code c} VEX.vvvv, {@code b} r/m. */
    public static final int ANDN = LOGIC << 6 | 5;

    public static final int SHIFTS = 3;
    /** Shifts and rotates: {@code a} what is shifted, {@code b} the count (IMM, or register CL of size 1). */
    public static final int SHL = SHIFTS << 6 | 0;
    public static final int SHR = SHIFTS << 6 | 1;
    public static final int SAR = SHIFTS << 6 | 2;
    public static final int ROL = SHIFTS << 6 | 3;
    public static final int ROR = SHIFTS << 6 | 4;
    public static final int RCL = SHIFTS << 6 | 5;
    public static final int RCR = SHIFTS << 6 | 6;
    /** {@code a} r/m, {@code b} the register shifted in, {@code c} the count (IMM or CL). */
    public static final int SHLD = SHIFTS << 6 | 7;
    public static final int SHRD = SHIFTS << 6 | 8;
    /** BMI2 without flags: {@code a} reg, {@code b} r/m, {@code c} the count (VEX.vvvv, or IMM for RORX). */
    public static final int SHLX = SHIFTS << 6 | 9;
    public static final int SHRX = SHIFTS << 6 | 10;
    public static final int SARX = SHIFTS << 6 | 11;
    public static final int RORX = SHIFTS << 6 | 12;

    public static final int BIT_OPS = 4;
    /**
     * BT family: {@code a} the bit string (a register offset addresses memory beyond the operand), {@code b}
     * offset.
     */
    public static final int BT = BIT_OPS << 6 | 0;
    public static final int BTS = BIT_OPS << 6 | 1;
    public static final int BTR = BIT_OPS << 6 | 2;
    public static final int BTC = BIT_OPS << 6 | 3;
    public static final int BSF = BIT_OPS << 6 | 4;
    public static final int BSR = BIT_OPS << 6 | 5;
    public static final int TZCNT = BIT_OPS << 6 | 6;
    public static final int LZCNT = BIT_OPS << 6 | 7;
    public static final int POPCNT = BIT_OPS << 6 | 8;
    /** BLSR BLSMSK BLSI: {@code a} VEX.vvvv, {@code b} r/m. */
    public static final int BLSR = BIT_OPS << 6 | 9;
    public static final int BLSMSK = BIT_OPS << 6 | 10;
    public static final int BLSI = BIT_OPS << 6 | 11;
    /**
     * BEXTR BZHI: {@code a} reg, {@code b} r/m, {@code c} VEX.vvvv. PDEP PEXT: {@code b} VEX.vvvv, {@code c}
     * r/m mask.
     */
    public static final int BEXTR = BIT_OPS << 6 | 12;
    public static final int BZHI = BIT_OPS << 6 | 13;
    public static final int PDEP = BIT_OPS << 6 | 14;
    public static final int PEXT = BIT_OPS << 6 | 15;
    public static final int CRC32 = BIT_OPS << 6 | 16;

    public static final int MUL_DIV = 5;
    /** One-operand forms: {@code a} the r/m; accumulator implied. */
    public static final int MUL = MUL_DIV << 6 | 0;
    public static final int IMUL = MUL_DIV << 6 | 1;
    public static final int DIV = MUL_DIV << 6 | 2;
    public static final int IDIV = MUL_DIV << 6 | 3;
    /**
     * IMUL of two or three operands: {@code a = b * c} ({@code c} is {@code a} itself in the two-operand
     * form).
     */
    public static final int IMUL3 = MUL_DIV << 6 | 4;
    /** {@code a} high half, {@code c} VEX.vvvv low half, {@code b} r/m; times RDX. */
    public static final int MULX = MUL_DIV << 6 | 5;

    public static final int STRINGS = 6;
    /** String operations of {@link Insn#size}, with {@link Insn#repeat} and {@link Insn#addressSize}. */
    public static final int MOVS = STRINGS << 6 | 0;
    public static final int CMPS = STRINGS << 6 | 1;
    public static final int STOS = STRINGS << 6 | 2;
    public static final int LODS = STRINGS << 6 | 3;
    public static final int SCAS = STRINGS << 6 | 4;
    public static final int INS = STRINGS << 6 | 5;
    public static final int OUTS = STRINGS << 6 | 6;

    public static final int STACK_OPS = 7;
    /** {@code a} what is pushed (REG, MEM or sign-extended IMM). */
    public static final int PUSH = STACK_OPS << 6 | 0;
    public static final int POP = STACK_OPS << 6 | 1;
    /** {@link Insn#imm} the segment number. */
    public static final int PUSH_SREG = STACK_OPS << 6 | 2;
    public static final int POP_SREG = STACK_OPS << 6 | 3;
    public static final int PUSHF = STACK_OPS << 6 | 4;
    public static final int POPF = STACK_OPS << 6 | 5;
    public static final int PUSHA = STACK_OPS << 6 | 6;
    public static final int POPA = STACK_OPS << 6 | 7;
    /** {@link Insn#imm} bytes, {@link Insn#imm2} nesting level. */
    public static final int ENTER = STACK_OPS << 6 | 8;
    public static final int LEAVE = STACK_OPS << 6 | 9;

    public static final int BRANCHES = 8;
    /** Relative branches: {@link Insn#imm} is the displacement from the next instruction. */
    public static final int JCC = BRANCHES << 6 | 0;
    public static final int JMP = BRANCHES << 6 | 1;
    public static final int CALL = BRANCHES << 6 | 2;
    /** Indirect near: {@code a} the target. */
    public static final int JMP_INDIRECT = BRANCHES << 6 | 3;
    public static final int CALL_INDIRECT = BRANCHES << 6 | 4;
    /** {@link Insn#imm} bytes to drop. */
    public static final int RET = BRANCHES << 6 | 5;
    public static final int LOOP = BRANCHES << 6 | 6;
    public static final int LOOPE = BRANCHES << 6 | 7;
    public static final int LOOPNE = BRANCHES << 6 | 8;
    /** JCXZ, JECXZ, JRCXZ by {@link Insn#addressSize}. */
    public static final int JCXZ = BRANCHES << 6 | 9;
    /** Far direct: {@link Insn#imm} offset, {@link Insn#imm2} selector. */
    public static final int JMP_FAR = BRANCHES << 6 | 10;
    public static final int CALL_FAR = BRANCHES << 6 | 11;
    /** Far indirect: {@code a} memory holding offset (of {@link Insn#size}) and selector. */
    public static final int JMP_FAR_INDIRECT = BRANCHES << 6 | 12;
    public static final int CALL_FAR_INDIRECT = BRANCHES << 6 | 13;
    public static final int RET_FAR = BRANCHES << 6 | 14;
    public static final int IRET = BRANCHES << 6 | 15;
    /** {@link Insn#imm} the vector. */
    public static final int INT = BRANCHES << 6 | 16;
    public static final int INT3 = BRANCHES << 6 | 17;
    public static final int INT1 = BRANCHES << 6 | 18;
    public static final int INTO = BRANCHES << 6 | 19;
    /**
     * UD0, UD1, UD2 (the row in {@link Insn#imm}) and every byte sequence that the manual makes #UD (0
     * there).
     */
    public static final int UD = BRANCHES << 6 | 20;
    /**
     * A valid instruction that the machine does not model; {@link OpTable#notModelledName} says which kind.
     */
    public static final int NOT_MODELLED = BRANCHES << 6 | 21;
    /** Longer than 15 bytes: #GP(0). SDM 2A 2.3.11. */
    public static final int GP_TOO_LONG = BRANCHES << 6 | 22;
    /** {@code a} the index, {@code b} memory with the lower and the upper bound. */
    public static final int BOUND = BRANCHES << 6 | 23;

    public static final int ATOMICS = 9;
    public static final int XCHG = ATOMICS << 6 | 0;
    public static final int XADD = ATOMICS << 6 | 1;
    public static final int CMPXCHG = ATOMICS << 6 | 2;
    /** CMPXCHG8B with {@link Insn#size} 4, CMPXCHG16B with 8. */
    public static final int CMPXCHG_PAIR = ATOMICS << 6 | 3;

    public static final int FLAG_OPS = 10;
    public static final int CLC = FLAG_OPS << 6 | 0;
    public static final int STC = FLAG_OPS << 6 | 1;
    public static final int CMC = FLAG_OPS << 6 | 2;
    public static final int CLD = FLAG_OPS << 6 | 3;
    public static final int STD = FLAG_OPS << 6 | 4;
    public static final int CLI = FLAG_OPS << 6 | 5;
    public static final int STI = FLAG_OPS << 6 | 6;
    public static final int LAHF = FLAG_OPS << 6 | 7;
    public static final int SAHF = FLAG_OPS << 6 | 8;
    public static final int CLAC = FLAG_OPS << 6 | 9;
    public static final int STAC = FLAG_OPS << 6 | 10;

    public static final int SYSTEM_OPS = 11;
    public static final int HLT = SYSTEM_OPS << 6 | 0;
    public static final int CPUID = SYSTEM_OPS << 6 | 1;
    public static final int RDTSC = SYSTEM_OPS << 6 | 2;
    public static final int RDTSCP = SYSTEM_OPS << 6 | 3;
    public static final int RDMSR = SYSTEM_OPS << 6 | 4;
    public static final int WRMSR = SYSTEM_OPS << 6 | 5;
    /** {@code a} the register, {@link Insn#imm} the control or debug register number. */
    public static final int MOV_FROM_CR = SYSTEM_OPS << 6 | 6;
    /** {@code b} the register, {@link Insn#imm} the control or debug register number. */
    public static final int MOV_TO_CR = SYSTEM_OPS << 6 | 7;
    public static final int MOV_FROM_DR = SYSTEM_OPS << 6 | 8;
    public static final int MOV_TO_DR = SYSTEM_OPS << 6 | 9;
    /** Descriptor-table registers: {@code a} memory. */
    public static final int LGDT = SYSTEM_OPS << 6 | 10;
    public static final int LIDT = SYSTEM_OPS << 6 | 11;
    public static final int SGDT = SYSTEM_OPS << 6 | 12;
    public static final int SIDT = SYSTEM_OPS << 6 | 13;
    public static final int LLDT = SYSTEM_OPS << 6 | 14;
    public static final int LTR = SYSTEM_OPS << 6 | 15;
    public static final int SLDT = SYSTEM_OPS << 6 | 16;
    public static final int STR = SYSTEM_OPS << 6 | 17;
    public static final int LMSW = SYSTEM_OPS << 6 | 18;
    public static final int SMSW = SYSTEM_OPS << 6 | 19;
    public static final int CLTS = SYSTEM_OPS << 6 | 20;
    /** {@code a} memory: only its address counts. */
    public static final int INVLPG = SYSTEM_OPS << 6 | 21;
    /** {@code a} the register with the type, {@code b} memory with the descriptor. */
    public static final int INVPCID = SYSTEM_OPS << 6 | 22;
    public static final int SYSCALL = SYSTEM_OPS << 6 | 23;
    public static final int SYSRET = SYSTEM_OPS << 6 | 24;
    public static final int SYSENTER = SYSTEM_OPS << 6 | 25;
    public static final int SYSEXIT = SYSTEM_OPS << 6 | 26;
    public static final int SWAPGS = SYSTEM_OPS << 6 | 27;
    /** {@code a} the accumulator, {@code b} the port (IMM or DX). */
    public static final int IN = SYSTEM_OPS << 6 | 28;
    /** {@code a} the port (IMM or DX), {@code b} the accumulator. */
    public static final int OUT = SYSTEM_OPS << 6 | 29;
    public static final int INVD = SYSTEM_OPS << 6 | 30;
    public static final int WBINVD = SYSTEM_OPS << 6 | 31;
    /** {@link Insn#imm}: 0 RDFSBASE, 1 RDGSBASE, 2 WRFSBASE, 3 WRGSBASE; {@code a} the register. */
    public static final int FSGSBASE = SYSTEM_OPS << 6 | 32;
    public static final int LAR = SYSTEM_OPS << 6 | 33;
    public static final int LSL = SYSTEM_OPS << 6 | 34;
    public static final int VERR = SYSTEM_OPS << 6 | 35;
    public static final int VERW = SYSTEM_OPS << 6 | 36;
    public static final int MONITOR = SYSTEM_OPS << 6 | 37;
    public static final int MWAIT = SYSTEM_OPS << 6 | 38;
    /** {@code a} the register with the state; deadline in EDX:EAX. */
    public static final int TPAUSE = SYSTEM_OPS << 6 | 39;
    public static final int UMONITOR = SYSTEM_OPS << 6 | 40;
    public static final int UMWAIT = SYSTEM_OPS << 6 | 41;
    public static final int RDRAND = SYSTEM_OPS << 6 | 42;
    public static final int RDSEED = SYSTEM_OPS << 6 | 43;
    public static final int RDPID = SYSTEM_OPS << 6 | 44;
    public static final int RDPMC = SYSTEM_OPS << 6 | 45;
    public static final int XGETBV = SYSTEM_OPS << 6 | 46;
    public static final int XSETBV = SYSTEM_OPS << 6 | 47;
    /** {@code a} the selector that is adjusted, {@code b} the selector that it is adjusted to. */
    public static final int ARPL = SYSTEM_OPS << 6 | 48;
    /** Address and flags in rAX, count in ECX, identifiers in EDX. */
    public static final int INVLPGB = SYSTEM_OPS << 6 | 49;
    public static final int TLBSYNC = SYSTEM_OPS << 6 | 50;

    public static final int FENCES = 12;
    /** NOP, hint NOPs, ENDBR, PREFETCH: nothing, and {@code a} is not accessed. */
    public static final int NOP = FENCES << 6 | 0;
    public static final int PAUSE = FENCES << 6 | 1;
    public static final int MFENCE = FENCES << 6 | 2;
    public static final int LFENCE = FENCES << 6 | 3;
    public static final int SFENCE = FENCES << 6 | 4;
    /** CLFLUSH, CLFLUSHOPT, CLWB: {@code a} memory. */
    public static final int CLFLUSH = FENCES << 6 | 5;

    public static final int FPU_STATE = 13;
    /** {@code a} memory; {@link Insn#size} 8 with the 64-bit pointers. */
    public static final int FXSAVE = FPU_STATE << 6 | 0;
    public static final int FXRSTOR = FPU_STATE << 6 | 1;
    public static final int LDMXCSR = FPU_STATE << 6 | 2;
    public static final int STMXCSR = FPU_STATE << 6 | 3;
    public static final int FNINIT = FPU_STATE << 6 | 4;
    public static final int FNCLEX = FPU_STATE << 6 | 5;
    public static final int FLDCW = FPU_STATE << 6 | 6;
    public static final int FNSTCW = FPU_STATE << 6 | 7;
    /** {@code a} memory or AX. */
    public static final int FNSTSW = FPU_STATE << 6 | 8;
    public static final int FWAIT = FPU_STATE << 6 | 9;

    private Op() {
    }

    /** The family of an operation. */
    public static int family(final int op) {
        return op >>> FAMILY_SHIFT;
    }
}
