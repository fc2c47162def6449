package dev.shootdown.core.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Outside evidence: GNU objdump must see the same lengths and the same instructions. */
class ObjdumpTest {
    private static final Path OBJDUMP = Path.of("/usr/bin/objdump");
    private static final Path HOST_PROGRAM = Path.of("/usr/bin/bash");
    private static final int HOST_INSNS = 150_000;
    private static final int SLOT = 32;
    private static final int ENCODINGS_PER_ROW = 24;
    private static final long SEED = 20240607;
    private static final Pattern LINE = Pattern.compile("\\s*([0-9a-f]+):\t([0-9a-f ]+?)\\s*\t(.*)");
    private static final Set<String> PREFIXES = Set.of("rep", "repz", "repnz", "lock", "cs", "ds", "es", "ss",
        "fs", "gs", "data16", "data32", "addr16", "addr32", "bnd", "notrack", "xacquire", "xrelease");
    private static final Pattern HINTS =
        Pattern.compile("nop|xchg|prefetch.*|endbr.*|bnd.*|cldemote|rdssp.|\\(bad\\)");
    private static final Pattern FLUSHES = Pattern.compile("clflush|clflushopt|clwb");

    @TempDir
    private Path directory;

    /** One line of objdump. */
    private static final class Line {
        private final int address;
        private final byte[] bytes;
        private final String mnemonic;
        private final String text;

        Line(final Matcher matcher) {
            address = (int) Long.parseLong(matcher.group(1), 16);
            bytes = Bytes.parse(matcher.group(2));
            text = matcher.group(3);
            mnemonic = mnemonicOf(text);
        }
    }

    @ParameterizedTest
    @EnumSource(CodeMode.class)
    void shouldAgreeWithObjdumpOnRandomEncodingsOfEveryRow(final CodeMode mode) throws IOException {
        assumeTrue(Files.exists(OBJDUMP), "no objdump here");
        final List<byte[]> encodings = encodings(mode);
        final byte[] image = new byte[encodings.size() * SLOT];
        Arrays.fill(image, (byte) 0x90);
        for (int i = 0; i < encodings.size(); i++) {
            System.arraycopy(encodings.get(i), 0, image, i * SLOT, encodings.get(i).length);
        }
        final Path file = Files.write(directory.resolve("code.bin"), image);
        final List<String> differences = new ArrayList<>();
        int compared = 0;
        for (final Line line : objdump(Integer.MAX_VALUE, "-D", "-z", "-b", "binary", "-m", machine(mode),
                "-M", "intel,intel64", "--insn-width=16", file.toString())) {
            if (line.address % SLOT == 0) {
                compare(mode, encodings.get(line.address / SLOT), line, differences);
                compared++;
            }
        }
        assertThat(differences).as("seed %d", SEED).isEmpty();
        assertThat(compared).isGreaterThan(encodings.size() * 9 / 10);
    }

    @Test
    void shouldAgreeWithObjdumpOnTheCodeOfAHostProgram() throws IOException {
        assumeTrue(Files.exists(OBJDUMP) && Files.exists(HOST_PROGRAM), "no objdump or no host program here");
        final List<String> differences = new ArrayList<>();
        int compared = 0;
        for (final Line line : objdump(HOST_INSNS, "-d", "-M", "intel,intel64", "--insn-width=16",
                HOST_PROGRAM.toString())) {
            if (!line.text.contains("(bad)")) {
                compare(CodeMode.BITS_64, line.bytes, line, differences);
                compared++;
            }
        }
        assumeTrue(compared > 0, "objdump cannot read the host program");
        assertThat(differences).isEmpty();
    }

    private static List<byte[]> encodings(final CodeMode mode) {
        final Random random = new Random(SEED);
        final List<byte[]> encodings = new ArrayList<>();
        for (final Encoding row : OpTable.rows()) {
            if (isUnknownToObjdump(row.op) || !row.isValidIn(mode)
                || mode == CodeMode.BITS_16 && row.map >= OpTable.VEX_0F) {
                continue;
            }
            for (int i = 0; i < ENCODINGS_PER_ROW; i++) {
                final byte[] bytes = Bytes.encode(row, mode, random);
                final Insn insn = Bytes.decode(mode, bytes);
                if (insn.op != Op.UD || row.op == Op.UD) {
                    encodings.add(bytes);
                }
            }
        }
        return encodings;
    }

    /** SALC is undocumented, and FWAIT is shown as a prefix of what follows. */
    private static boolean isUnknownToObjdump(final int op) {
        return op == Op.NOT_MODELLED || op == Op.SALC || op == Op.FWAIT;
    }

    private static void compare(final CodeMode mode, final byte[] bytes, final Line line,
            final List<String> differences) {
        final Insn insn = Bytes.decode(mode, Arrays.copyOf(bytes, Decoder.MAX_LENGTH));
        final String ours = Disassembler.mnemonic(insn);
        final boolean isHint = insn.op == Op.NOP && HINTS.matcher(line.mnemonic).matches();
        // objdump refuses bound registers that do not exist, fences with another ModRM.rm, and 66 0F 09.
        final boolean badOperand = line.text.contains("(bad)")
            && (isHint || insn.family == Op.FENCES || insn.op == Op.WBINVD);
        final boolean sameLength = insn.length == line.bytes.length || badOperand;
        final boolean sameName = insn.op == Op.NOT_MODELLED || isHint || badOperand
            || isSame(ours, line.mnemonic);
        final boolean sameOperands = isHint || !isComparable(insn, line.text)
            || operandsOf(Disassembler.text(insn, line.address)).equals(operandsOf(line.text));
        if (!sameLength || !sameName || !sameOperands) {
            differences.add(Bytes.hex(bytes, Math.min(bytes.length, insn.length)) + " is " + insn.length + " "
                + Disassembler.text(insn, line.address) + ", objdump says " + line.bytes.length + " "
                + line.text);
        }
    }

    /** Whether the names differ at most in a size that objdump writes and we do not. */
    private static boolean isSame(final String ours, final String theirs) {
        if (ours.equals(theirs) || FLUSHES.matcher(ours).matches() && FLUSHES.matcher(theirs).matches()) {
            return true;
        }
        if (theirs.startsWith(ours)) {
            return Set.of("w", "d", "q").contains(theirs.substring(ours.length()));
        }
        return "iretw".equals(ours) && "iret".equals(theirs);
    }

    private static String mnemonicOf(final String text) {
        for (final String word : text.strip().split("\\s+")) {
            if (!PREFIXES.contains(word) && !word.startsWith("rex")) {
                return word;
            }
        }
        return text;
    }

    /** Whether objdump writes the operands as we do; it has its own ways with special registers. */
    private static boolean isComparable(final Insn insn, final String theirs) {
        if (theirs.contains("[riz") || theirs.contains("[eiz")) {
            return false;
        }
        switch (insn.family) {
            case Op.MOVES:
                // 63 with both 66 and REX.W reads 32 bits, whatever objdump writes.
                return insn.op < Op.XLAT && !isWideMovsxd(insn, theirs)
                    && (theirs.contains("PTR") || !theirs.contains(":0x"));
            case Op.ATOMICS:
                return insn.op != Op.CMPXCHG_PAIR;
            case Op.ARITHMETIC:
            case Op.LOGIC:
            case Op.SHIFTS:
            case Op.BIT_OPS:
            case Op.MUL_DIV:
            case Op.STRINGS:
                return true;
            default:
                return insn.op == Op.PUSH || insn.op == Op.POP;
        }
    }

    private static boolean isWideMovsxd(final Insn insn, final String theirs) {
        return insn.op == Op.MOVSX && insn.size2 == 4 && theirs.contains(",WORD PTR");
    }

    /** The operands, without indexes that are zero and displacements from RIP, which the comment tells. */
    private static String operandsOf(final String text) {
        final String plain = text.replaceAll(" *(#|<).*", "").strip();
        final int pointer = plain.indexOf(" PTR");
        final int space = plain.lastIndexOf(' ', pointer < 0 ? plain.length() : pointer - 1);
        return plain.substring(space + 1).replace("+0x0]", "]").replaceAll(",0x1$", ",1")
            .replaceAll("\\+[er]iz\\*[1248]", "")
            .replaceAll("([er]ip)[-+]0x[0-9a-f]+", "$1");
    }

    private static String machine(final CodeMode mode) {
        switch (mode) {
            case BITS_16:
                return "i8086";
            case BITS_32:
                return "i386";
            default:
                return "i386:x86-64";
        }
    }

    private static List<Line> objdump(final int limit, final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(OBJDUMP.toString()));
        command.addAll(Arrays.asList(arguments));
        final Process process =
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            final List<Line> lines = new ArrayList<>();
            String text = reader.readLine();
            while (text != null && lines.size() < limit) {
                final Matcher matcher = LINE.matcher(text);
                if (matcher.matches()) {
                    lines.add(new Line(matcher));
                }
                text = reader.readLine();
            }
            return lines;
        } finally {
            process.destroy();
        }
    }
}
