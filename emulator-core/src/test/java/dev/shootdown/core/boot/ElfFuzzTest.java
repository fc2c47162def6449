package dev.shootdown.core.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/**
 * Whatever the bytes are, an image loads or an {@link ImageException} of one line says why not. The tries are
 * bounded and the seed is fixed, so that a failure repeats; memory is bounded by the RAM of the machine.
 */
class ElfFuzzTest {
    private static final String SEED = "20250707";
    private static final int LINE = 1000;
    private static final int MULTIBOOT_FLAGS = 0x1_0003;

    /** @return whether it loaded */
    private static boolean attempt(final byte[] bytes, final String commandLine,
            final List<BootModule> modules) {
        try {
            final ElfImage image = ElfImage.parse("fuzz", bytes);
            image.symbols().describe(0x1004);
            final PhysicalMemory memory = new PhysicalMemory(4 << 20);
            final EntryState entry = BootLoader.load(image, memory, commandLine, modules, 0);
            assertThat(memory.isRam(entry.startInfo())).isTrue();
            return true;
        } catch (final ImageException expected) {
            assertThat(expected.getMessage()).startsWith("fuzz: ").hasLineCount(1)
                .containsAnyOf("expected", "needs").hasSizeLessThan(LINE);
            return false;
        }
    }

    private static void attempt(final byte[] bytes) {
        attempt(bytes, "", List.of(new BootModule("m", new byte[100])));
    }

    private static byte[] well(final boolean wide) {
        return new ElfMaker(wide).load(0x10_0000, new byte[64], 0x2000).pvh(0x10_0000)
            .symbol("start", 0x1000, 16, 0x12, 1).symbol("data", 0x2000, 8, 0x11, 2).make();
    }

    private static byte[] multiboot(final boolean wide) {
        return new ElfMaker(wide).load(0x10_0000, MultibootLoadingTest.header(3), 0x2000).make();
    }

    private static void replace(final byte[] file, final int at, final long value, final int bytes) {
        final byte[] word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
        System.arraycopy(word, 0, file, at % (file.length - bytes), bytes);
    }

    @Property(tries = 1000, seed = SEED)
    void shouldSurviveRandomBytes(@ForAll final byte[] bytes) {
        attempt(bytes);
    }

    @Property(tries = 1000, seed = SEED)
    void shouldSurviveRandomBytesBehindAGoodIdentification(@ForAll final boolean wide,
            @ForAll @Size(min = 0, max = 400) final byte[] bytes) {
        final byte[] file = well(wide);
        System.arraycopy(bytes, 0, file, 20, bytes.length);
        attempt(file);
    }

    @Property(tries = 3000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldSurviveAnyFieldReplaced(@ForAll final boolean wide, @ForAll final boolean isMultiboot,
            @ForAll @IntRange(min = 0, max = 4000) final int at, @ForAll final long value,
            @ForAll @IntRange(min = 1, max = 8) final int bytes) {
        final byte[] file = isMultiboot ? multiboot(wide) : well(wide);
        replace(file, at, value, bytes);
        attempt(file);
    }

    /** Two fields at once, within the headers, where a single one would be noticed early. */
    @Property(tries = 3000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldSurviveTwoWordsOfTheHeadersReplaced(@ForAll final boolean wide,
            @ForAll @IntRange(min = 5, max = 50) final int first,
            @ForAll @IntRange(min = 5, max = 50) final int second, @ForAll final int one,
            @ForAll final int other) {
        final byte[] file = well(wide);
        replace(file, 4 * first, one, 4);
        replace(file, 4 * second, other, 4);
        attempt(file);
    }

    @Property(tries = 2000, seed = SEED)
    void shouldSurviveAnyTruncation(@ForAll final boolean wide, @ForAll final boolean isMultiboot,
            @ForAll @IntRange(min = 0, max = 4000) final int length) {
        final byte[] file = isMultiboot ? multiboot(wide) : well(wide);
        attempt(Arrays.copyOf(file, length % file.length));
    }

    /** All notes: sizes that lie, descriptors that are too short, other owners. */
    @Property(tries = 2000, seed = SEED)
    void shouldSurviveAnyNote(@ForAll final int nameBytes, @ForAll final int descriptorBytes,
            @ForAll @IntRange(min = 0, max = 40) final int type, @ForAll @Size(max = 40) final byte[] rest) {
        final byte[] note = ByteBuffer.allocate(12 + rest.length).order(ByteOrder.LITTLE_ENDIAN)
            .putInt(nameBytes).putInt(descriptorBytes).putInt(type).put(rest).array();
        final ElfMaker maker = new ElfMaker(true).load(0x10_0000, new byte[64], 0x2000);
        attempt(maker.rawNote(note).make());
    }

    @Property(tries = 3000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldSurviveAnyMultibootAddresses(@ForAll final int headerAt, @ForAll final int loadAt,
            @ForAll final int loadEnd, @ForAll final int end, @ForAll final int entry,
            @ForAll @IntRange(min = 0, max = 64) final int before, @ForAll final boolean near) {
        final int base = near ? 0x10_0000 + before * 4 : headerAt;
        final byte[] header = MultibootLoadingTest.header(MULTIBOOT_FLAGS, base, near ? 0x10_0000 : loadAt,
            loadEnd, end, entry);
        final byte[] file = new byte[before * 4 + header.length];
        System.arraycopy(header, 0, file, before * 4, header.length);
        attempt(file);
    }

    @Property(tries = 100, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldSurviveAnyListOfModules(@ForAll final boolean isMultiboot,
            @ForAll @Size(max = 70) final List<@IntRange(min = 0, max = 100_000) Integer> sizes,
            @ForAll @StringLength(max = 3000) final String line) {
        final List<BootModule> modules = new ArrayList<>();
        for (final int size : sizes) {
            modules.add(new BootModule(line.substring(0, size % (line.length() + 1)), new byte[size]));
        }
        attempt(isMultiboot ? multiboot(false) : well(true), line, modules);
    }

    @Property(tries = 60, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldLoadAllThatFits(@ForAll final boolean isMultiboot,
            @ForAll @Size(max = 10) final List<@IntRange(min = 0, max = 100_000) Integer> sizes) {
        final List<BootModule> modules = sizes.stream().map(size -> new BootModule("", new byte[size]))
            .toList();
        Assume.that(sizes.stream().mapToInt(Integer::intValue).sum() < 2 << 20);
        assertThat(attempt(isMultiboot ? multiboot(true) : well(true), "", modules)).isEqualTo(true);
    }
}
