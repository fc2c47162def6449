package dev.shootdown.core.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElfImageTest {
    private static final byte[] CODE = {1, 2, 3, 4, 5};

    private static ElfMaker maker(final boolean wide) {
        return new ElfMaker(wide).load(0x10_0000, CODE, 0x3000);
    }

    private static byte[] patched(final int offset, final int value, final int bytes) {
        final ByteBuffer file = ByteBuffer.wrap(maker(true).make()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < bytes; i++) {
            file.put(offset + i, (byte) (value >>> 8 * i));
        }
        return file.array();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refusal(final byte[] bytes) {
        return assertThatThrownBy(() -> ElfImage.parse("k.elf", bytes)).isInstanceOf(ImageException.class)
            .hasMessageStartingWith("k.elf: ").hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLoadSegmentsAtTheirPhysicalAddresses(final boolean wide) {
        final PhysicalMemory memory = new PhysicalMemory(8 << 20);
        final ElfImage image = maker(wide).load(0x20_0ffe, CODE, CODE.length).entry(0x1234).parse();
        image.load(memory);
        assertThat(image.isWide()).isEqualTo(wide);
        assertThat(image.entry()).isEqualTo(0x1234);
        assertThat(memory.load(0x10_0000, 8)).isEqualTo(0x05_0403_0201L);
        assertThat(memory.peek(0x20_0ffe, 8)).isEqualTo(0x05_0403_0201L);
        assertThat(image.overlaps(0x10_2fff, 0x10_3000)).isTrue();
        assertThat(image.overlaps(0x10_3000, 0x10_4000)).isFalse();
    }

    @Test
    void shouldFindThePvhEntryInNotesOfFourAndEightBytes() {
        assertThat(maker(true).pvh(0x10_0010).parse().pvhEntry()).hasValue(0x10_0010);
        final ElfMaker narrow = maker(false).note("GNU", 3, new byte[20]);
        assertThat(narrow.note("Xen", 18, new byte[] {0, 1, 2, 0}).parse().pvhEntry()).hasValue(0x2_0100);
        assertThat(maker(true).note("Xen", 17, new byte[8]).note("Xfn", 18, new byte[8]).parse().pvhEntry())
            .isEmpty();
    }

    @Test
    void shouldRefusePvhNotesThatCannotBe() {
        refusal(maker(true).note("Xen", 18, new byte[6]).make())
            .hasMessageContaining("6 bytes, expected 4 or 8");
        refusal(maker(true).note("Xen", 18, new byte[] {0, 0, 0, 0, 1, 0, 0, 0}).make())
            .hasMessageContaining("below 4 GiB");
    }

    @Test
    void shouldRefuseForeignFilesByName() {
        refusal(patched(0, 0x1234, 2)).hasMessageContaining("magic 0x464c1234");
        refusal(patched(4, 3, 1))
            .hasMessageContaining("at offset 0x4: found ELF class 3, expected 1 (ELF32)");
        refusal(patched(5, 2, 1)).hasMessageContaining("byte order 2, expected 1 (little-endian)");
        refusal(patched(16, 1, 2)).hasMessageContaining("ELF type 1");
        refusal(patched(18, 183, 2)).hasMessageContaining("at offset 0x12: found machine 183, expected 62");
    }

    @Test
    void shouldRefuseEveryTruncation() {
        final byte[] whole = maker(true).pvh(0x10_0000).symbol("start", 0x1000, 1, 0x12, 1).make();
        for (int length = 0; length < whole.length; length++) {
            refusal(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void shouldRefuseAFileWithoutLoadableSegment() {
        refusal(new ElfMaker(true).make()).hasMessageContaining("no loadable segment");
        refusal(new ElfMaker(true).load(0, new byte[0], 0).make())
            .hasMessageContaining("no loadable segment");
    }

    @Test
    void shouldRefuseSegmentsThatContradictThemselvesOrEachOther() {
        refusal(new ElfMaker(true).load(0, CODE, 4).make())
            .hasMessageContaining("at least as large as the file");
        refusal(new ElfMaker(true).load(-8, CODE, 16).make())
            .hasMessageContaining("within the address space");
        refusal(maker(true).load(0x10_2fff, CODE, 5).make())
            .hasMessageContaining("overlapping segments at 0x100000");
    }

    @Test
    void shouldRefuseSegmentsOutsideRamWithoutWriting() {
        final PhysicalMemory memory = new PhysicalMemory(8 << 20);
        for (final long physical : new long[] {(8 << 20) - 4, PhysicalMemory.LOW_LIMIT - 4, 4L << 30,
                1L << 50}) {
            final ElfImage image = maker(true).load(physical, CODE, CODE.length).parse();
            assertThatThrownBy(() -> image.load(memory)).isInstanceOf(ImageException.class)
                .hasMessageContaining("does not fit into memory").hasMessageContaining("8 MiB of RAM");
        }
        assertThat(memory.peek(0x10_0000, 8)).isZero();
    }

    @Test
    void shouldLoadAboveFourGigabytesWhenThereIsRam() {
        final PhysicalMemory memory = new PhysicalMemory((3L << 30) + (1 << 20));
        maker(true).load(4L << 30, CODE, CODE.length).parse().load(memory);
        assertThat(memory.peek(4L << 30, 4)).isEqualTo(0x0403_0201);
    }

    @Test
    void shouldSayWhichFileCannotBeRead() {
        assertThatThrownBy(() -> ElfImage.read(Path.of("no-such-image"))).isInstanceOf(ImageException.class)
            .hasMessageContaining("no-such-image: cannot be read");
    }
}
