package dev.shootdown.guest;

import java.util.ArrayList;
import java.util.List;

/**
 * A litmus test: what each thread does, in {@code litmus.txt}'s words.
 *
 * @param name as the literature has it
 * @param threads their operations, in order
 */
record LitmusProgram(String name, List<List<Op>> threads) {
    /** Bits that a value has in an outcome's code. */
    static final int BITS_OF_VALUE = 4;
    private static final String LOCATIONS = "xyz";

    /** What an operation does; the letter is that of the text. */
    enum Kind {
        STORE('W'), LOAD('R'), EXCHANGE('X'), LOCKED_ADD('A'), FENCE('F'), LOCKED_NOTHING('L');

        private final char letter;

        Kind(final char letter) {
            this.letter = letter;
        }

        static Kind of(final String word) {
            for (final Kind kind : values()) {
                if (word.length() == 1 && word.charAt(0) == kind.letter) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("no operation is called " + word);
        }

        boolean hasLocation() {
            return this != FENCE && this != LOCKED_NOTHING;
        }

        boolean hasValue() {
            return hasLocation() && this != LOAD;
        }

        boolean hasRegister() {
            return this == LOAD || this == EXCHANGE;
        }
    }

    /** One operation; location and value are 0 where it has none. */
    record Op(Kind kind, int location, int value) {
        static Op parse(final String text) {
            final String[] words = text.strip().split(" +");
            final Kind kind = Kind.of(words[0]);
            final int expected = kind.hasValue() ? 3 : kind.hasLocation() ? 2 : 1;
            if (words.length != expected) {
                throw new IllegalArgumentException("'" + text.strip() + "' does not have " + expected
                    + " words");
            }
            final int location = kind.hasLocation() ? LOCATIONS.indexOf(words[1]) : 0;
            if (location < 0) {
                throw new IllegalArgumentException("no location is called " + words[1]);
            }
            return new Op(kind, location, kind.hasValue() ? Integer.parseInt(words[2]) : 0);
        }
    }

    /** From a line such as {@code SB: W x 1; R y | W y 1; R x}. */
    static LitmusProgram parse(final String line) {
        final int colon = line.indexOf(':');
        final List<List<Op>> threads = new ArrayList<>();
        for (final String thread : line.substring(colon + 1).split("\\|")) {
            final List<Op> ops = new ArrayList<>();
            for (final String op : thread.split(";")) {
                ops.add(Op.parse(op));
            }
            threads.add(List.copyOf(ops));
        }
        return new LitmusProgram(line.substring(0, colon), List.copyOf(threads));
    }

    /** All that are in a file's lines. */
    static List<LitmusProgram> parseAll(final List<String> lines) {
        return lines.stream().filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(LitmusProgram::parse).toList();
    }

    /** How many locations there are. */
    int locations() {
        return 1 + threads.stream().flatMap(List::stream).mapToInt(Op::location).max().orElseThrow();
    }

    /** How many registers thread {@code thread} fills. */
    int registers(final int thread) {
        return (int) threads.get(thread).stream().filter(op -> op.kind().hasRegister()).count();
    }

    /** An outcome's code in words, such as {@code 0:0,1 1:1 x=1 y=1}. */
    String describe(final long outcome) {
        final StringBuilder text = new StringBuilder();
        int values = locations();
        for (int t = 0; t < threads.size(); t++) {
            values += registers(t);
        }
        for (int t = 0; t < threads.size(); t++) {
            for (int r = 0; r < registers(t); r++) {
                text.append(r == 0 ? t + ":" : ",").append(value(outcome, --values));
            }
            text.append(registers(t) == 0 ? "" : " ");
        }
        for (int l = 0; l < locations(); l++) {
            text.append(l == 0 ? "" : " ").append(LOCATIONS.charAt(l)).append('=')
                .append(value(outcome, --values));
        }
        return text.toString();
    }

    private static long value(final long outcome, final int fromTheRight) {
        return outcome >>> fromTheRight * BITS_OF_VALUE & (1 << BITS_OF_VALUE) - 1;
    }

    @Override
    public String toString() {
        return name;
    }
}
