package dev.shootdown.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.state.DigestWriter;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PhysicalMemoryTest {
    private static final long FIVE_GIB = 5L << 30;
    private final PhysicalMemory memory = new PhysicalMemory(FIVE_GIB);

    @Property
    void shouldLoadWhatWasStored(@ForAll final long value, @ForAll @IntRange(max = 3) final int sizeShift,
            @ForAll @IntRange(max = 4088) final int offset) {
        final int size = 1 << sizeShift;
        memory.store(8192 + offset, size, value, 0, 0);
        final long mask = -1L >>> (64 - 8 * size);
        assertThat(memory.load(8192 + offset, size)).isEqualTo(value & mask);
        assertThat(memory.peek(8192 + offset, size)).isEqualTo(value & mask);
    }

    @Test
    void shouldLeaveAHoleForDevicesBelowFourGib() {
        assertThat(memory.isRam(PhysicalMemory.LOW_LIMIT - 1)).isTrue();
        assertThat(memory.isRam(PhysicalMemory.LOW_LIMIT)).isFalse();
        assertThat(memory.isRam(PhysicalMemory.HIGH_BASE)).isTrue();
        assertThat(memory.isRam(PhysicalMemory.HIGH_BASE + (2L << 30) - 1)).isTrue();
        assertThat(memory.isRam(PhysicalMemory.HIGH_BASE + (2L << 30))).isFalse();
        assertThat(memory.load(PhysicalMemory.LOW_LIMIT, 4)).isEqualTo(0xFFFF_FFFFL);
    }

    @Test
    void shouldTellWatchersBeforeTheBytesChange() {
        final List<Long> seen = new ArrayList<>();
        memory.watch(Frame.USE_TABLE, (frame, physical, bytes, value, core, retired) ->
            seen.addAll(List.of(physical, frame.load(16, 8), value, (long) core, retired)));
        memory.store(16, 8, 1, 3, 40);
        memory.frame(0).uses = Frame.USE_TABLE;
        memory.store(16, 8, 2, 3, 50);
        assertThat(seen).containsExactly(16L, 1L, 2L, 3L, 50L);
    }

    @Test
    void shouldRefuseToLoadAnImageOutsideRam() {
        assertThatThrownBy(() -> new PhysicalMemory(8192).poke(8190, new byte[4]))
            .isInstanceOf(IndexOutOfBoundsException.class).hasMessageContaining("0x2000");
    }

    @Test
    void shouldDigestContents() {
        final PhysicalMemory a = new PhysicalMemory(8192);
        final PhysicalMemory b = new PhysicalMemory(8192);
        a.poke(5, new byte[] {1});
        b.poke(6, new byte[] {1});
        assertThat(digest(a)).isNotEqualTo(digest(b)).hasSize(64);
    }

    private static String digest(final PhysicalMemory memory) {
        final DigestWriter writer = new DigestWriter();
        memory.transfer(writer);
        return writer.hex();
    }
}
