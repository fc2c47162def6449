package dev.shootdown.core.decode;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * All encodings that the decoder knows, one {@link Encoding} each. A new instruction is a new row in {@code
 * OpRows}; the decoder, the disassembler, the reference pages and the tests read this table.
 */
public final class OpTable {
    static final int ONE_BYTE = 0;
    static final int TWO_BYTE = 1;
    static final int MAP_38 = 2;
    static final int MAP_3A = 3;
    static final int VEX_0F = 4;
    static final int VEX_38 = 5;
    static final int VEX_3A = 6;
    static final int MAPS = 7;
    static final int OPCODES = 256;

    /** Segment names in the order of their numbers. */
    static final List<String> SEGMENTS = List.of("ES", "CS", "SS", "DS", "FS", "GS");
    /** Mandatory prefixes in the order of VEX.pp. */
    static final List<String> PREFIXES = List.of("NP", "66", "F3", "F2");

    private static final Encoding[] NONE = {};
    private static final Map<String, Integer> OPS = readOps();
    private static final List<Encoding> ROWS = readRows();
    private static final Encoding[][] CELLS = fillCells();
    private static final boolean[] MODRM = fillModRm();
    private static final String[] NAMES = fillNames();

    private OpTable() {
    }

    /** The rows, in the order in which they are tried. */
    public static List<Encoding> rows() {
        return ROWS;
    }

    /** The name of an operation as {@link Op} has it, in lower case. */
    public static String name(final int op) {
        final String name = op >= 0 && op < NAMES.length ? NAMES[op] : null;
        return name == null ? "op" + op : name;
    }

    /** What {@code insn} is, whose operation is {@link Op#NOT_MODELLED}: "sse", "fxsave". */
    public static String notModelledName(final Insn insn) {
        return insn.imm < 0 ? "evex" : ROWS.get((int) insn.imm).name();
    }

    /** The rows of one opcode of one map. */
    static Encoding[] cell(final int map, final int opcode) {
        return CELLS[map * OPCODES + opcode];
    }

    /** Whether a ModRM byte follows the opcode. */
    static boolean hasModRm(final int map, final int opcode) {
        return MODRM[map * OPCODES + opcode];
    }

    /** The number of the operation {@code name} of {@link Op}. */
    static int op(final String name) {
        final Integer op = OPS.get(name);
        if (op == null) {
            throw new IllegalStateException("no operation " + name);
        }
        return op;
    }

    /** The map that the bytes of {@code map} and then {@code token} lead to, or -1. */
    static int map(final int map, final String token) {
        switch (token) {
            case "0F":
                return map == ONE_BYTE ? TWO_BYTE : -1;
            case "38":
                return map == TWO_BYTE ? MAP_38 : -1;
            case "3A":
                return map == TWO_BYTE ? MAP_3A : -1;
            case "VEX.0F":
                return VEX_0F;
            case "VEX.0F38":
                return VEX_38;
            case "VEX.0F3A":
                return VEX_3A;
            default:
                return -1;
        }
    }

    private static Map<String, Integer> readOps() {
        final Map<String, Integer> ops = new TreeMap<>();
        try {
            for (final Field field : Op.class.getFields()) {
                if (Modifier.isStatic(field.getModifiers()) && !isFamily(field.getName())) {
                    ops.put(field.getName(), field.getInt(null));
                }
            }
        } catch (final IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return ops;
    }

    private static boolean isFamily(final String name) {
        switch (name) {
            case "FAMILY_SHIFT":
            case "MOVES":
            case "ARITHMETIC":
            case "LOGIC":
            case "SHIFTS":
            case "BIT_OPS":
            case "MUL_DIV":
            case "STRINGS":
            case "STACK_OPS":
            case "BRANCHES":
            case "ATOMICS":
            case "FLAG_OPS":
            case "SYSTEM_OPS":
            case "FENCES":
            case "FPU_STATE":
                return true;
            default:
                return false;
        }
    }

    private static List<Encoding> readRows() {
        final List<Encoding> rows = new ArrayList<>();
        for (final String text : List.of(OpRows.ONE_BYTE, OpRows.TWO_BYTE, OpRows.THREE_BYTE, OpRows.VEX)) {
            for (final String line : text.split("\n")) {
                final String[] columns = line.strip().split(" {2,}");
                if (columns.length < 3) {
                    throw new IllegalStateException("row has too few columns: " + line);
                }
                rows.add(new Encoding(rows.size(), columns[0], columns[1], columns[2],
                    columns.length > 3 ? columns[3] : ""));
            }
        }
        return Collections.unmodifiableList(rows);
    }

    private static Encoding[][] fillCells() {
        final List<List<Encoding>> lists = new ArrayList<>();
        for (int i = 0; i < MAPS * OPCODES; i++) {
            lists.add(new ArrayList<>());
        }
        for (final Encoding row : ROWS) {
            for (int opcode = row.first; opcode <= row.last; opcode++) {
                lists.get(row.map * OPCODES + opcode).add(row);
            }
        }
        final Encoding[][] cells = new Encoding[MAPS * OPCODES][];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = lists.get(i).toArray(NONE);
        }
        return cells;
    }

    private static boolean[] fillModRm() {
        final boolean[] modRm = new boolean[MAPS * OPCODES];
        for (int i = 0; i < modRm.length; i++) {
            for (final Encoding row : CELLS[i]) {
                modRm[i] |= row.hasModRm;
            }
        }
        return modRm;
    }

    private static String[] fillNames() {
        int greatest = 0;
        for (final int op : OPS.values()) {
            greatest = Math.max(greatest, op);
        }
        final String[] names = new String[greatest + 1];
        OPS.forEach((name, op) -> names[op] = name.toLowerCase(java.util.Locale.ROOT));
        return names;
    }
}
