package dev.shootdown.core.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.PhysicalMemory;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;

class BlockCacheTest {
    private static final LongPredicate NO_PROBES = linear -> false;
    private static final CodeMode MODE = CodeMode.BITS_64;
    private static final long CODE = 0x2000;
    private static final long LINEAR = 0x40_0000;

    private final PhysicalMemory memory = new PhysicalMemory(64 << 20);
    private final BlockCache cache = new BlockCache(memory);

    private Block build(final long physical) {
        return cache.build(memory.frame(physical), physical, LINEAR + (physical & 0xFFF), MODE, NO_PROBES);
    }

    private Block addAt(final long physical) {
        memory.poke(physical, Bytes.parse("c3"));
        return cache.add(build(physical), MODE);
    }

    @Test
    void shouldBuildUpToTheFirstInstructionThatEndsBlocks() {
        memory.poke(CODE, Bytes.parse("48 89 e5 90 c3 90"));

        final Block block = build(CODE);

        assertThat(block.insns).hasSize(3);
        assertThat(block.bytes).isEqualTo(5);
        assertThat(block.physical).isEqualTo(CODE);
        assertThat(cache.find(CODE, MODE)).isNull();
    }

    @Test
    void shouldEndABlockAtItsLimit() {
        final byte[] nops = new byte[100];
        java.util.Arrays.fill(nops, (byte) 0x90);
        memory.poke(CODE, nops);

        assertThat(build(CODE).insns).hasSize(BlockCache.MAX_INSNS);
    }

    @Test
    void shouldEndABlockBeforeAFunctionProbe() {
        memory.poke(CODE, Bytes.parse("90 90 90 c3"));
        final LongPredicate probes = linear -> linear == LINEAR + 2;

        final Block before = cache.build(memory.frame(CODE), CODE, LINEAR, MODE, probes);
        final Block at = cache.build(memory.frame(CODE), CODE + 2, LINEAR + 2, MODE, probes);

        assertThat(before.insns).hasSize(2);
        assertThat(before.probed).isFalse();
        assertThat(at.insns).hasSize(2);
        assertThat(at.probed).isTrue();
    }

    @Test
    void shouldLeaveAnInstructionThatCrossesTheFrameToTheCaller() {
        memory.poke(CODE + 0xFFD, Bytes.parse("90 e9 00 00 00 00"));

        final Block block = build(CODE + 0xFFD);

        assertThat(block.insns).hasSize(1);
        assertThat(build(CODE + 0xFFE)).isNull();
        final long edge = CODE + 0xFFE;
        final Block single = cache.single(index -> (int) memory.load(edge + index, 1), edge, MODE, false);
        assertThat((int) single.insns[0].op).isEqualTo(Op.JMP);
        assertThat(single.bytes).isEqualTo(5);
    }

    @Test
    void shouldBuildAnInstructionThatEndsAtTheEdge() {
        memory.poke(CODE + 0xFFE, Bytes.parse("90 90 90"));

        assertThat(build(CODE + 0xFFE).insns).hasSize(2);
    }

    @Test
    void shouldFindABlockByAddressAndMode() {
        final Block block = addAt(CODE);

        assertThat(cache.find(CODE, MODE)).isSameAs(block);
        assertThat(cache.find(CODE, CodeMode.BITS_32)).isNull();
        assertThat(cache.find(CODE + 1, MODE)).isNull();
        assertThat(memory.frame(CODE).uses & Frame.USE_CODE).isNotZero();
    }

    @Test
    void shouldDropAllBlocksOfAWrittenFrameAndNoOthers() {
        final Block first = addAt(CODE);
        final Block second = addAt(CODE + 0x100);
        final Block other = addAt(CODE + 0x1000);

        memory.store(CODE + 0x800, 1, 0, 0, 0);

        assertThat(first.dropped).isTrue();
        assertThat(second.dropped).isTrue();
        assertThat(other.dropped).isFalse();
        assertThat(cache.find(CODE, MODE)).isNull();
        assertThat(cache.find(CODE + 0x1000, MODE)).isSameAs(other);
        assertThat(memory.frame(CODE).uses & Frame.USE_CODE).isZero();
    }

    @Test
    void shouldSeeNewBytesAfterAWrite() {
        addAt(CODE);
        memory.poke(CODE, Bytes.parse("f4"));

        final Block block = cache.add(build(CODE), MODE);

        assertThat(cache.find(CODE, MODE)).isSameAs(block);
        assertThat((int) block.insns[0].op).isEqualTo(Op.HLT);
        memory.store(CODE, 1, 0x90, 0, 0);
        assertThat(block.dropped).isTrue();
    }

    @Test
    void shouldDropABlockThatAnotherReplaces() {
        memory.poke(CODE, Bytes.parse("c3"));
        final Block first = cache.add(build(CODE), MODE);
        final Block second = cache.add(build(CODE), MODE);

        assertThat(first.dropped).isTrue();
        assertThat(cache.find(CODE, MODE)).isSameAs(second);
        memory.store(CODE, 1, 0x90, 0, 0);
        assertThat(second.dropped).isTrue();
    }

    @Test
    void shouldDropEverythingOnDemand() {
        final Block block = addAt(CODE);

        cache.dropAll();

        assertThat(block.dropped).isTrue();
        assertThat(cache.find(CODE, MODE)).isNull();
    }

    @Test
    void shouldStillAnnounceWritesToTheFramesOfBlocksThatItDropped() {
        addAt(CODE);

        cache.dropAll();

        assertThat(memory.frame(CODE).uses & Frame.USE_CODE).isNotZero();
    }

    @Test
    void shouldKeepWatchOverEveryBlockWhileItGrowsAndWhenItIsFull() {
        final int count = BlockCache.MAX_SLOTS;
        final Block[] blocks = new Block[count];
        for (int i = 0; i < count; i++) {
            final long physical = CODE + i * 0x80L;
            blocks[i] = cache.add(build(physical), MODE);
            assertThat(cache.find(physical, MODE)).isSameAs(blocks[i]);
        }
        int live = 0;
        for (final Block block : blocks) {
            assertThat(cache.find(block.physical, MODE)).isSameAs(block.dropped ? null : block);
            live += block.dropped ? 0 : 1;
        }
        assertThat(live).isBetween(1, BlockCache.MAX_SLOTS * 3 / 4);
        for (final Block block : blocks) {
            memory.store(block.physical, 1, 0, 0, 0);
            assertThat(block.dropped).isTrue();
        }
    }
}
