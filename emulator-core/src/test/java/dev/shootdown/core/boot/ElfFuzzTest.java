package dev.shootdown.core.boot;

import dev.shootdown.core.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever the bytes are, an image loads or an {@link ImageException} says why not. */
class ElfFuzzTest {
    private static void attempt(final byte[] bytes) {
        try {
            final ElfImage image = ElfImage.parse("fuzz", bytes);
            image.symbols().describe(0x1004);
            BootLoader.load(image, new PhysicalMemory(8 << 20), "",
                List.of(new BootModule("m", new byte[100])), 0);
        } catch (final ImageException expected) {
            assert expected.getMessage().startsWith("fuzz: ") : expected.getMessage();
        }
    }

    private static byte[] well(final boolean wide) {
        return new ElfMaker(wide).load(0x10_0000, new byte[64], 0x2000).pvh(0x10_0000)
            .symbol("start", 0x1000, 16, 0x12, 1).symbol("data", 0x2000, 8, 0x11, 2).make();
    }

    @Property(tries = 1000)
    void shouldSurviveRandomBytes(@ForAll final byte[] bytes) {
        attempt(bytes);
    }

    @Property(tries = 1000)
    void shouldSurviveRandomBytesBehindAGoodIdentification(@ForAll final boolean wide,
            @ForAll @Size(min = 0, max = 400) final byte[] bytes) {
        final byte[] file = well(wide);
        System.arraycopy(bytes, 0, file, 20, bytes.length);
        attempt(file);
    }

    @Property(tries = 3000)
    void shouldSurviveAnyFieldReplaced(@ForAll final boolean wide,
        @ForAll @IntRange(min = 0, max = 4000) final int at,
            @ForAll final long value, @ForAll @IntRange(min = 1, max = 8) final int bytes) {
        final byte[] file = well(wide);
        final byte[] word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
        final int offset = at % (file.length - bytes);
        System.arraycopy(word, 0, file, offset, bytes);
        attempt(file);
    }
}
