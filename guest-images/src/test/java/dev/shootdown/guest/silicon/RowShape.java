package dev.shootdown.guest.silicon;

import dev.shootdown.core.decode.Encoding;
import java.util.Arrays;
import java.util.List;

/** A row of the table of encodings as bytes to be made; read from its text, as the table explains it. */
final class RowShape {
    static final int ANY = -1;
    private static final List<String> PREFIXES = List.of("NP", "66", "F3", "F2");
    private static final List<String> FIXED = List.of("AL", "CL", "DX", "ES", "CS", "SS", "DS", "FS", "GS");
    private static final int HEX = 16;

    final Encoding row;
    /** 0x66, 0xF3, 0xF2, 0 for none, or {@link #ANY}. */
    int mandatory = ANY;
    /** Bytes before the opcode: none, 0F, 0F 38, 0F 3A. */
    String map = "";
    boolean vex;
    int firstOpcode = ANY;
    int lastOpcode;
    int digit = ANY;
    int wholeModRm = ANY;
    boolean hasModRm;
    boolean registerOnly;
    boolean memoryOnly;
    boolean withoutRexB;
    /** Places and sizes, two letters each, of SDM 2D appendix A.2. */
    final List<String> operands;

    RowShape(final Encoding row) {
        this.row = row;
        for (final String token : row.encoding().split(" ")) {
            token(token);
        }
        final String text = row.operands();
        final int colon = text.indexOf(':');
        final String list = colon < 0 ? text : text.substring(0, colon);
        operands = Arrays.stream(list.split(",")).filter(RowShape::isPlace).toList();
        for (final String operand : operands) {
            operand(operand);
        }
    }

    private void token(final String token) {
        if (firstOpcode == ANY && PREFIXES.contains(token) && map.isEmpty() && !vex) {
            mandatory = "NP".equals(token) ? 0 : Integer.parseInt(token, HEX);
        } else if (token.startsWith("VEX.")) {
            vex = true;
            map = token.substring(4);
        } else if (firstOpcode == ANY && ("0F".equals(token) && map.isEmpty()
            || "0F".equals(map) && !vex && ("38".equals(token) || "3A".equals(token)))) {
            map += token;
        } else if (token.charAt(0) == '/') {
            digit = token.charAt(1) - '0';
            hasModRm = true;
        } else if (token.charAt(0) == '=') {
            wholeModRm = Integer.parseInt(token.substring(1), HEX);
            hasModRm = true;
        } else if ("!B".equals(token)) {
            withoutRexB = true;
        } else if ("r".equals(token)) {
            registerOnly = true;
            hasModRm = true;
        } else {
            opcode(token);
        }
    }

    private void opcode(final String token) {
        firstOpcode = Integer.parseInt(token.substring(0, 2), HEX);
        lastOpcode = firstOpcode;
        if (token.endsWith("+r")) {
            lastOpcode = firstOpcode + 7;
        } else if (token.endsWith("+cc")) {
            lastOpcode = firstOpcode + 15;
        } else if (token.length() > 2) {
            lastOpcode = Integer.parseInt(token.substring(3), HEX);
        }
    }

    private static boolean isPlace(final String text) {
        return text.length() == 2 && !FIXED.contains(text);
    }

    private void operand(final String text) {
        switch (text.charAt(0)) {
            case 'E':
            case 'G':
            case 'S':
            case 'C':
            case 'D':
                hasModRm = true;
                break;
            case 'M':
                hasModRm = true;
                memoryOnly = true;
                break;
            case 'R':
                hasModRm = true;
                registerOnly = true;
                break;
            default:
                break;
        }
    }
}
