package dev.shootdown.core.decode;

import dev.shootdown.core.arch.Rflags;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which status flags the manual leaves undefined after an operation, and when. The emulator computes some
 * value, always the same; a comparison with a real processor masks these flags and no others. SDM 1 appendix
 * A and the instruction pages of SDM 2.
 */
public final class UndefinedFlags {
    /**
     * Operations; flags that are always undefined; those that are when a shift's count is not 1; when it is
     * not less than the bits of the operand; when it is greater. A dash is no flag. Those of a shift are
     * untouched when its count, masked to five or six bits, is 0.
     */
    private static final String ROWS = """
        AND OR XOR TEST           A       -  -  -
        ANDN                      AP      -  -  -
        MUL IMUL IMUL3            SZAP    -  -  -
        DIV IDIV                  OSZAPC  -  -  -
        SHL SHR                   A       O  C  -
        SAR                       A       O  -  -
        ROL ROR RCL RCR           -       O  -  -
        SHLD SHRD                 A       O  -  OSZAPC
        BT BTS BTR BTC            OSAP    -  -  -
        BSF BSR                   OSAPC   -  -  -
        TZCNT LZCNT               OSAP    -  -  -
        BLSR BLSMSK BLSI BZHI     AP      -  -  -
        BEXTR                     SAP     -  -  -
        AAA AAS                   OSZP    -  -  -
        AAM AAD                   OAC     -  -  -
        DAA DAS                   O       -  -  -
        """;
    private static final String LETTERS = "OSZAPC";
    private static final int[] FLAGS = {Rflags.OF, Rflags.SF, Rflags.ZF, Rflags.AF, Rflags.PF, Rflags.CF};
    private static final UndefinedFlags NONE = new UndefinedFlags(0, 0, 0, 0);
    private static final Map<String, UndefinedFlags> BY_NAME = read();

    private final int always;
    private final int unlessOne;
    private final int fromBits;
    private final int aboveBits;

    private UndefinedFlags(final int always, final int unlessOne, final int fromBits, final int aboveBits) {
        this.always = always;
        this.unlessOne = unlessOne;
        this.fromBits = fromBits;
        this.aboveBits = aboveBits;
    }

    /** Those of operation {@code op} of {@link Op}. */
    public static UndefinedFlags of(final int op) {
        return ofName(OpTable.name(op));
    }

    /** Those of the operation of that name, in any case of letters. */
    static UndefinedFlags ofName(final String name) {
        return BY_NAME.getOrDefault(name.toUpperCase(java.util.Locale.ROOT), NONE);
    }

    /** Every flag, as bits of RFLAGS, that is undefined for some operands. */
    public int any() {
        return always | unlessOne | fromBits | aboveBits;
    }

    /** Whether it depends on a shift's count. */
    public boolean dependsOnCount() {
        return unlessOne != 0;
    }

    /**
     * The flags, as bits of RFLAGS, that are undefined.
     *
     * @param count of a shift or rotate, masked to 5 bits, or 6 for an operand of 64; else ignored
     * @param bits of the operand: 8, 16, 32 or 64
     */
    public int mask(final int count, final int bits) {
        if (!dependsOnCount()) {
            return always;
        }
        if (count == 0) {
            return 0;
        }
        return always | (count != 1 ? unlessOne : 0) | (count >= bits ? fromBits : 0)
            | (count > bits ? aboveBits : 0);
    }

    /** Letters of flags, those with a condition followed by it; "-" if there are none. */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(letters(always));
        append(text, unlessOne, "unless count 1");
        append(text, fromBits, "from count = size");
        append(text, aboveBits, "above count = size");
        return text.length() == 0 ? "-" : text.toString();
    }

    private static void append(final StringBuilder text, final int flags, final String condition) {
        if (flags != 0) {
            text.append(text.length() == 0 ? "" : "; ").append(letters(flags)).append(' ').append(condition);
        }
    }

    private static String letters(final int flags) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < FLAGS.length; i++) {
            if ((flags & FLAGS[i]) != 0) {
                text.append(text.length() == 0 ? "" : " ").append(LETTERS.charAt(i)).append('F');
            }
        }
        return text.toString();
    }

    private static Map<String, UndefinedFlags> read() {
        final Map<String, UndefinedFlags> map = new TreeMap<>();
        for (final String line : ROWS.split("\n")) {
            final String[] columns = line.strip().split(" {2,}");
            final UndefinedFlags flags = new UndefinedFlags(flags(columns[1]), flags(columns[2]),
                flags(columns[3]), flags(columns[4]));
            for (final String name : columns[0].split(" ")) {
                map.put(name, flags);
            }
        }
        return map;
    }

    private static int flags(final String letters) {
        int flags = 0;
        if (!"-".equals(letters)) {
            for (final char letter : letters.toCharArray()) {
                flags |= FLAGS[LETTERS.indexOf(letter)];
            }
        }
        return flags;
    }
}
