package dev.shootdown.core.decode;

/** Reads the first column of a row: which bytes choose it. */
final class EncodingPattern {
    private static final int HEX = 16;

    int map = OpTable.ONE_BYTE;
    int first = -1;
    int last;
    int mask;
    int match;
    boolean hasModRm;
    boolean hasCondition;

    EncodingPattern(final String text) {
        for (final String token : text.split(" ")) {
            token(token);
        }
        if (map >= OpTable.VEX_0F && (mask & Encoding.KEY_PREFIX) != 0) {
            require(Encoding.KEY_VEX_L, 0);
        }
    }

    private void token(final String token) {
        final int prefix = first < 0 && map == OpTable.ONE_BYTE ? OpTable.PREFIXES.indexOf(token) : -1;
        if (prefix >= 0) {
            require(Encoding.KEY_PREFIX, prefix << Encoding.KEY_PREFIX_SHIFT);
        } else if (first < 0 && map(token)) {
            return;
        } else if (token.charAt(0) == '/') {
            digit(token.charAt(1) - '0');
        } else if (token.charAt(0) == '=') {
            hasModRm = true;
            require(Encoding.KEY_MODRM, Integer.parseInt(token.substring(1), HEX));
        } else if ("!B".equals(token)) {
            require(Encoding.KEY_REX_B, 0);
        } else if ("r".equals(token)) {
            operand('R', false);
        } else {
            opcode(token);
        }
    }

    private boolean map(final String token) {
        final int found = map == OpTable.ONE_BYTE || map == OpTable.TWO_BYTE ? OpTable.map(map, token) : -1;
        if (found < 0) {
            return false;
        }
        map = found;
        return true;
    }

    private void opcode(final String token) {
        first = Integer.parseInt(token.substring(0, 2), HEX);
        last = first;
        if (token.endsWith("+r")) {
            last = first + 7;
        } else if (token.endsWith("+cc")) {
            hasCondition = true;
            last = first + 15;
        } else if (token.length() > 2) {
            last = Integer.parseInt(token.substring(3), HEX);
        }
    }

    private void digit(final int digit) {
        hasModRm = true;
        require(7 << 3, digit << 3);
    }

    /** Tells of an operand of the second column: it may need a ModRM byte, naming a register or memory. */
    void operand(final char place, final boolean anyMod) {
        if ("EGMRSCD".indexOf(place) >= 0) {
            hasModRm = true;
        }
        if (place == 'R' && !anyMod) {
            require(Encoding.KEY_REGISTER, Encoding.KEY_REGISTER);
        } else if (place == 'M') {
            require(Encoding.KEY_REGISTER, 0);
        }
    }

    void require(final int bits, final int value) {
        mask |= bits;
        match |= value;
    }
}
