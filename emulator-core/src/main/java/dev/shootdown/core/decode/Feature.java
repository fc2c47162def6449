package dev.shootdown.core.decode;

/**
 * Bits of CPUID that say whether some operations exist. An operation that none of them names is in every
 * processor with 64-bit mode. SDM 2A CPUID; APM 3 appendix E.
 */
public enum Feature {
    CX8(1, 'd', 8, "CMPXCHG_PAIR (8 bytes)"),
    CMOV(1, 'd', 15, "CMOV"),
    CLFSH(1, 'd', 19, "CLFLUSH (NP)"),
    FXSR(1, 'd', 24, "FXSAVE FXRSTOR"),
    SSE(1, 'd', 25, "LDMXCSR STMXCSR SFENCE"),
    SSE2(1, 'd', 26, "LFENCE MFENCE MOVNTI"),
    FPU(1, 'd', 0, "FNINIT FNCLEX FLDCW FNSTCW FNSTSW FWAIT"),
    SEP(1, 'd', 11, "SYSENTER SYSEXIT"),
    MSR(1, 'd', 5, "RDMSR WRMSR"),
    TSC(1, 'd', 4, "RDTSC"),
    MONITOR(1, 'c', 3, "MONITOR MWAIT"),
    CX16(1, 'c', 13, "CMPXCHG_PAIR (16 bytes)"),
    SSE42(1, 'c', 20, "CRC32"),
    MOVBE(1, 'c', 22, "MOVBE"),
    POPCNT(1, 'c', 23, "POPCNT"),
    XSAVE(1, 'c', 26, "XGETBV XSETBV"),
    RDRAND(1, 'c', 30, "RDRAND"),
    FSGSBASE(7, 'b', 0, "FSGSBASE"),
    BMI1(7, 'b', 3, "ANDN BEXTR BLSI BLSMSK BLSR TZCNT"),
    BMI2(7, 'b', 8, "BZHI MULX PDEP PEXT RORX SARX SHLX SHRX"),
    INVPCID(7, 'b', 10, "INVPCID"),
    RDSEED(7, 'b', 18, "RDSEED"),
    ADX(7, 'b', 19, "ADCX ADOX"),
    SMAP(7, 'b', 20, "CLAC STAC"),
    CLFLUSHOPT(7, 'b', 23, "CLFLUSH (66 /7)"),
    CLWB(7, 'b', 24, "CLFLUSH (66 /6)"),
    WAITPKG(7, 'c', 5, "TPAUSE UMONITOR UMWAIT"),
    RDPID(7, 'c', 22, "RDPID"),
    LAHF_SAHF(0x8000_0001, 'c', 0, "LAHF SAHF (64-bit mode)"),
    LZCNT(0x8000_0001, 'c', 5, "LZCNT"),
    SYSCALL(0x8000_0001, 'd', 11, "SYSCALL SYSRET"),
    RDTSCP(0x8000_0001, 'd', 27, "RDTSCP"),
    LONG_MODE(0x8000_0001, 'd', 29, "SWAPGS"),
    INVLPGB(0x8000_0008, 'b', 3, "INVLPGB TLBSYNC");

    private static final Feature[] ALL = values();
    private final int leaf;
    private final char register;
    private final int bit;
    private final String operations;

    Feature(final int leaf, final char register, final int bit, final String operations) {
        this.leaf = leaf;
        this.register = register;
        this.bit = bit;
        this.operations = operations;
    }

    /** The feature that says whether operation {@code op} of {@link Op} exists, or null if all have it. */
    public static Feature of(final int op) {
        final String name = OpTable.name(op).toUpperCase(java.util.Locale.ROOT);
        for (final Feature feature : ALL) {
            for (final String operation : feature.operations.split(" ")) {
                if (operation.equals(name)) {
                    return feature;
                }
            }
        }
        return null;
    }

    /** EAX of CPUID; ECX is 0. */
    public int leaf() {
        return leaf;
    }

    /** The register of the answer: b, c or d for EBX, ECX or EDX. */
    public char register() {
        return register;
    }

    /** The bit, 0 to 31. */
    public int bit() {
        return bit;
    }

    /** "CPUID.7:EBX.8". */
    public String place() {
        final String number = leaf < 0 ? Integer.toHexString(leaf) + "H" : Integer.toString(leaf);
        return "CPUID." + number + ":E" + Character.toUpperCase(register) + "X." + bit;
    }
}
