package dev.shootdown.core.exec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.cpu.CoreMemory;
import dev.shootdown.core.time.SplitMix64;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * What a core reads is what it wrote, whatever sizes and alignments, over the ends of cache lines and pages,
 * with part of it in memory and part of it in the store buffer.
 */
class BufferedMemoryTest {
    /** So many bytes around the end of a page, which is the end of a line too. */
    private static final int AROUND = 24;
    private static final long EDGE = Bench.DATA + 0x1000;
    private static final int STEPS = 80;
    private final Map<Long, Byte> expected = new HashMap<>();

    @Property(tries = 200)
    void shouldReadWhatItWrote(@ForAll final long seed, @ForAll @IntRange(max = 100) final int jitter,
            @ForAll @IntRange(max = 1) final int tso) {
        final Bench bench = new Bench(2, Bench.settings().with("machine.drain_jitter", "" + jitter, "test")
            .with("machine.torn_stores", "" + (seed & 1), "test")
            .with("cost.store_drain", "20", "test").with("machine.tso", "" + tso, "test"));
        bench.start(0, Bench.CODE);
        final SplitMix64 random = new SplitMix64(seed);
        final CoreMemory memory = bench.cores[0].memory;
        expected.clear();
        for (int step = 0; step < STEPS; step++) {
            bench.cores[0].clock += random.below(12);
            bench.cores[0].stores.drainThrough(bench.cores[0].clock);
            final int size = 1 << random.below(4);
            final long at = EDGE - AROUND + random.below(2 * AROUND - size + 1);
            act(memory, random, at, size);
        }
        bench.cores[0].drainStores();
        for (int i = 0; i < 2 * AROUND; i++) {
            assertThat(bench.memory.load(EDGE - AROUND + i, 1)).isEqualTo(value(EDGE - AROUND + i, 1));
        }
    }

    private void act(final CoreMemory memory, final SplitMix64 random, final long at, final int size) {
        final long value = random.next();
        switch (random.below(4)) {
            case 0:
                assertThat(memory.beginUpdate(Seg.DS, at, size, value < 0)).isEqualTo(value(at, size));
                memory.finishUpdate(value);
                note(at, size, value);
                break;
            case 1:
                memory.write(Seg.DS, at, size, value);
                note(at, size, value);
                break;
            default:
                assertThat(memory.read(Seg.DS, at, size)).isEqualTo(value(at, size));
                break;
        }
    }

    private void note(final long at, final int size, final long value) {
        for (int i = 0; i < size; i++) {
            expected.put(at + i, (byte) (value >>> 8 * i));
        }
    }

    private long value(final long at, final int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (expected.getOrDefault(at + i, (byte) 0) & 0xFFL) << 8 * i;
        }
        return value;
    }
}
