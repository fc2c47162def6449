package dev.shootdown.core.decode;

import java.util.Random;

/** Bytes for decoder tests: from hexadecimal text, and at random for a row of the table. */
public final class Bytes {
    private static final int[] MANDATORY = {0, 0x66, 0xF3, 0xF2};
    private static final int[] HARMLESS = {0x67, 0x2E, 0x64, 0x65};

    private Bytes() {
    }

    static byte[] parse(final String hex) {
        final String digits = hex.replace(" ", "");
        final byte[] bytes = new byte[digits.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(digits.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    static String hex(final byte[] bytes, final int count) {
        final StringBuilder out = new StringBuilder();
        for (int i = 0; i < count; i++) {
            out.append(String.format("%02x ", bytes[i]));
        }
        return out.toString().strip();
    }

    /** Decodes {@code bytes}, which must not be read past their end. */
    static Insn decode(final CodeMode mode, final byte[] bytes) {
        return new Decoder().decode(index -> bytes[index] & 0xFF, mode);
    }

    static Insn decode(final CodeMode mode, final String hex) {
        return decode(mode, parse(hex));
    }

    static Insn decode64(final String hex) {
        return decode(CodeMode.BITS_64, hex);
    }

    /** Some encoding of {@code row} for {@code mode}, followed by random bytes. */
    public static byte[] encode(final Encoding row, final CodeMode mode, final Random random) {
        final byte[] bytes = new byte[Decoder.MAX_LENGTH];
        random.nextBytes(bytes);
        final boolean wantsPrefix = (row.mask & Encoding.KEY_PREFIX) != 0;
        final int prefix = (row.match & Encoding.KEY_PREFIX) >> Encoding.KEY_PREFIX_SHIFT;
        int at = 0;
        if (random.nextInt(4) == 0) {
            bytes[at++] = (byte) HARMLESS[random.nextInt(HARMLESS.length)];
        }
        if (row.map >= OpTable.VEX_0F) {
            return vex(row, prefix, bytes, at);
        }
        if (wantsPrefix && prefix != 0) {
            bytes[at++] = (byte) MANDATORY[prefix];
        } else if (!wantsPrefix && random.nextInt(4) == 0) {
            bytes[at++] = 0x66;
        }
        if (mode == CodeMode.BITS_64 && (row.mask & Encoding.KEY_REX_B) == 0 && random.nextInt(3) == 0) {
            bytes[at++] = (byte) (0x40 + random.nextInt(16));
        }
        if (row.map != OpTable.ONE_BYTE) {
            bytes[at++] = 0x0F;
        }
        if (row.map == OpTable.MAP_38 || row.map == OpTable.MAP_3A) {
            bytes[at++] = (byte) (row.map == OpTable.MAP_38 ? 0x38 : 0x3A);
        }
        bytes[at++] = (byte) (row.first + random.nextInt(row.last - row.first + 1));
        modRm(row, bytes, at);
        return bytes;
    }

    private static byte[] vex(final Encoding row, final int prefix, final byte[] bytes, final int start) {
        int at = start;
        bytes[at++] = (byte) 0xC4;
        bytes[at] = (byte) (bytes[at] & 0x20 | 0xC0 | row.map - OpTable.VEX_0F + 1);
        at++;
        bytes[at] = (byte) (bytes[at] & 0xB8 | 0x40 | (row.op == Op.RORX ? 0x78 : 0) | prefix);
        at++;
        bytes[at++] = (byte) row.first;
        modRm(row, bytes, at);
        return bytes;
    }

    private static void modRm(final Encoding row, final byte[] bytes, final int at) {
        if (!row.hasModRm) {
            return;
        }
        int modRm = bytes[at] & 0xFF;
        if ((row.mask & Encoding.KEY_REGISTER) != 0) {
            modRm = (row.match & Encoding.KEY_REGISTER) != 0 ? modRm | 0xC0 : modRm & 0x7F;
        }
        modRm = modRm & ~(row.mask & 0xFF) | row.match & 0xFF;
        bytes[at] = (byte) modRm;
    }
}
