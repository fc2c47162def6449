package dev.shootdown.guest.silicon;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.decode.Encoding;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;
import dev.shootdown.core.decode.OpTable;
import dev.shootdown.core.decode.UndefinedFlags;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What cannot be compared with a processor under Linux, and why: the only exceptions of the campaign. */
final class Nature {
    private static final int SYSCALL_VECTOR = 0x80;
    private static final String UMIP = "Linux emulates it when CR4.UMIP makes it fault";
    private static final String ENTERS = "enters the operating system of the host";
    /** Operations that do not run at all. */
    static final Map<String, String> EXCLUDED = new TreeMap<>(Map.ofEntries(
        Map.entry("syscall", ENTERS),
        Map.entry("sysenter", ENTERS),
        Map.entry("sgdt", UMIP),
        Map.entry("sidt", UMIP),
        Map.entry("sldt", UMIP),
        Map.entry("smsw", UMIP),
        Map.entry("str", UMIP),
        Map.entry("cpuid", "its result is the machine's"),
        Map.entry("xgetbv", "no machine preset claims XSAVE"),
        Map.entry("xsetbv", "no machine preset claims XSAVE"),
        Map.entry("fxsave", "MXCSR_MASK and the x87 state are the host's"),
        Map.entry("fxrstor", "MXCSR_MASK and the x87 state are the host's"),
        Map.entry("ldmxcsr", "MXCSR_MASK is the host's"),
        Map.entry("stmxcsr", "MXCSR is the host's"),
        Map.entry("int1", "KVM injects its #DB again with a RIP of its own"),
        Map.entry("rdpmc", "CR4.PCE and the counters are the host's"),
        Map.entry("tpause", "it waits"),
        Map.entry("umwait", "it waits"),
        Map.entry("umonitor", "it arms a monitor"),
        Map.entry("monitor", "a hypervisor may intercept it"),
        Map.entry("mwait", "a hypervisor may intercept it"),
        Map.entry("crc32", "no machine preset claims SSE4.2")));
    /** Operations whose result is not determined: the registers, as a mask; -1 is operand {@code a}. */
    private static final Map<String, Integer> UNDETERMINED = Map.of(
        "rdtsc", 1 << Gpr.RAX | 1 << Gpr.RDX,
        "rdtscp", 1 << Gpr.RAX | 1 << Gpr.RDX | 1 << Gpr.RCX,
        "rdpid", -1,
        "rdrand", -1,
        "rdseed", -1);
    private static final String WAITS = "waitpkg";

    private Nature() {
    }

    /** Why no case is made of {@code row}, if none is. */
    static Optional<String> reason(final Encoding row) {
        if (row.op() == Op.NOT_MODELLED) {
            return Optional.of("not modelled: stops the machine by name");
        }
        return Optional.ofNullable(EXCLUDED.get(OpTable.name(row.op())));
    }

    /** Whether the case, whatever row it was made of, must not be run or compared. */
    static boolean isExcluded(final Insn insn) {
        return insn.op == Op.NOT_MODELLED || EXCLUDED.containsKey(OpTable.name(insn.op))
            || insn.op == Op.INT && (insn.imm & 0xFF) == SYSCALL_VECTOR;
    }

    /** Registers, as a mask, that are not compared after {@code insn}. */
    static int registers(final Insn insn) {
        final int mask = UNDETERMINED.getOrDefault(OpTable.name(insn.op), 0);
        return mask == -1 ? 1 << insn.a : mask;
    }

    /** Bits of the destination that are undefined: 19 to 16 of what LAR gives. SDM 2A LAR. */
    static long undefinedBits(final Insn insn) {
        return insn.op == Op.LAR ? 0xF0000 : 0;
    }

    /** Flags that are undefined after a case that came to its end: what the table says. */
    static int undefinedFlags(final Case made) {
        final UndefinedFlags flags = UndefinedFlags.of(made.insn.op);
        final int count = flags.dependsOnCount() ? Outcome.shiftCount(made) : 0;
        return flags.mask(count, 8 * made.insn.size);
    }

    /** The feature that a processor needs for {@code op}, or {@code insn} of it; empty if all have it. */
    static String feature(final int op, final Insn insn) {
        switch (OpTable.name(op)) {
            case "popcnt":
                return "popcnt";
            case "lzcnt":
                return "lzcnt";
            case "tzcnt":
            case "andn":
            case "bextr":
            case "blsr":
            case "blsmsk":
            case "blsi":
                return "bmi1";
            case "bzhi":
            case "pdep":
            case "pext":
            case "mulx":
            case "rorx":
            case "sarx":
            case "shlx":
            case "shrx":
                return "bmi2";
            case "adcx":
            case "adox":
                return "adx";
            case "tpause":
            case "umonitor":
            case "umwait":
                return WAITS;
            case "movbe":
            case "rdrand":
            case "rdseed":
            case "crc32":
            case "rdpid":
            case "rdtscp":
            case "invpcid":
            case "invlpgb":
            case "tlbsync":
            case "fsgsbase":
                return OpTable.name(op);
            case "clac":
            case "stac":
                return "smap";
            case "lahf":
            case "sahf":
                return "lahf";
            case "cmpxchg_pair":
                return insn.size == Long.BYTES ? "cx16" : "";
            default:
                return "";
        }
    }
}
