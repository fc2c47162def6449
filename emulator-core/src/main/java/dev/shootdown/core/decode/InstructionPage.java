package dev.shootdown.core.decode;

import java.util.Locale;

/** The reference page of all encodings, written from the table. */
public final class InstructionPage {
    private static final String HEAD = """
        # Instructions

        Generated from `OpRows` and the tables beside it: do not edit. `InstructionPageTest` says how to write
        it again. Every byte sequence ends in a row of this table, in #UD, or, beyond fifteen bytes, in #GP;
        EVEX (62) is #UD.

        - **Encoding**: mandatory prefix (NP none), map, opcode, `/digit` of ModRM.reg, `=XX` a whole ModRM
          byte, `+r` a register and `+cc` a condition in the opcode, `r` a register form.
        - **Operands**: as in SDM 2D appendix A.2. E ModRM.rm, M memory, R register, G ModRM.reg, Z opcode,
          B VEX.vvvv, S C D segment, control, debug register, I U J immediate, zero-extended immediate,
          displacement, A far pointer, O offset, X Y string; b w d q 1 2 4 8 bytes, v operand size, z at
          most 4, y 4 or 8, n native, a address size, p far pointer, s pseudo-descriptor, o 16 bytes.
        - **Undefined flags**: what the manual leaves undefined; all other flags are exact.
        - **Notes**: "stops" means that the run ends with the name of what is not modelled, after the faults
          (#UD, #NM) that CR0 and CR4 ask for. "#UD" alone: CPUID does not offer it, so it is undefined here
          as on a processor without it.

        """;

    private InstructionPage() {
    }

    /** The whole page, in Markdown, lines ending in a line feed. */
    public static String text() {
        final StringBuilder out = new StringBuilder(HEAD);
        int map = -1;
        for (final Encoding row : OpTable.rows()) {
            if (row.map != map) {
                map = row.map;
                out.append(section(map));
            }
            append(out, row);
        }
        return out.toString();
    }

    private static String section(final int map) {
        final String[] names = {"One-byte opcodes", "0F", "0F 38", "0F 3A", "VEX.0F", "VEX.0F38", "VEX.0F3A"};
        return (map == 0 ? "" : "\n") + "## " + names[map] + "\n\n"
            + "| encoding | operands | operation | modes | CPUID | undefined flags | notes |\n"
            + "|---|---|---|---|---|---|---|\n";
    }

    private static void append(final StringBuilder out, final Encoding row) {
        final Feature feature = Feature.of(row.op);
        out.append("| ").append(row.encoding()).append(" | ").append(row.operands()).append(" | ")
            .append(row.name()).append(" | ").append(modes(row)).append(" | ")
            .append(feature == null ? "" : feature.name() + " (" + feature.place() + ")").append(" | ")
            .append("-".equals(row.undefinedFlags().toString()) ? "" : row.undefinedFlags()).append(" | ")
            .append(notes(row)).append(" |\n");
    }

    private static String modes(final Encoding row) {
        if (row.isValidIn(CodeMode.BITS_64)) {
            return row.isValidIn(CodeMode.BITS_32) ? "all" : "64";
        }
        return "16, 32";
    }

    private static String notes(final Encoding row) {
        switch (row.op) {
            case Op.NOT_MODELLED:
                return isStop(row.name()) ? "stops" : "#UD";
            case Op.UD:
                return "#UD";
            case Op.CRC32:
            case Op.XGETBV:
            case Op.XSETBV:
                return "#UD";
            case Op.RDPMC:
                return "#GP: there are no counters";
            case Op.BSF:
            case Op.BSR:
                return "a source of 0 leaves the destination";
            case Op.BSWAP:
                return "16 bits: the result, undefined in the manual, is 0";
            case Op.SHLD:
            case Op.SHRD:
                return "16 bits above count 16: the result is undefined in the manual";
            case Op.MOVNTI:
                return "ordered as other stores";
            case Op.CLFLUSH:
                return "reads a byte; caches are not modelled";
            case Op.MWAIT:
            case Op.UMWAIT:
            case Op.TPAUSE:
                return "the clock jumps";
            default:
                return row.isLockable() ? "LOCK" : "";
        }
    }

    /** Whether the machine stops where a real processor would compute. */
    static boolean isStop(final String name) {
        switch (name.toLowerCase(Locale.ROOT)) {
            case "x87":
            case "mmx":
            case "sse":
                return true;
            default:
                return false;
        }
    }
}
