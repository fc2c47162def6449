package dev.shootdown.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.time.SplitMix64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The store buffer against stores kept byte by byte, oldest first. */
class StoreBufferPropertiesTest {
    private static final int BASE = 0x1000;
    private static final int BYTES = 32;
    private static final int STEPS = 60;
    private static final int CAPACITY = 8;

    private final PhysicalMemory memory = new PhysicalMemory(1 << 16);
    private final Frame frame = memory.frame(BASE);
    /** What is in memory, and each store that is not, as a picture with -1 for bytes that it leaves alone. */
    private final byte[] settled = new byte[BYTES];
    private final List<int[]> waiting = new ArrayList<>();

    @Property
    void shouldForwardAndDrainEveryByteInOrder(@ForAll final long seed,
            @ForAll @IntRange(max = 40) final int jitter) {
        final SplitMix64 random = new SplitMix64(seed);
        memory.poke(BASE, new byte[BYTES]);
        Arrays.fill(settled, (byte) 0);
        waiting.clear();
        final StoreBuffer stores = buffer(memory, CAPACITY, jitter, 0, seed);
        long cycle = 0;
        for (int step = 0; step < STEPS; step++) {
            cycle += random.below(8);
            drain(stores, cycle);
            final int size = 1 << random.below(4);
            final int offset = random.below(BYTES - size + 1);
            if (random.below(2) == 0 && !stores.isFull()) {
                store(stores, offset, size, random.next(), cycle);
            }
            assertThat(stores.count()).isEqualTo(waiting.size());
            check(stores, offset, size);
        }
        drain(stores, Long.MAX_VALUE - 1);
        assertThat(stores.isEmpty()).isTrue();
        check(stores, 0, 8);
    }

    static StoreBuffer buffer(final PhysicalMemory memory, final int capacity, final int jitter,
            final int torn, final long seed) {
        final Settings settings = Settings.defaultsOf(List.of(MachineSetting.values()))
            .with("machine.store_buffer", "" + capacity, "test")
            .with("machine.torn_stores", "" + torn, "test")
            .with("machine.drain_jitter", "" + jitter, "test");
        return new StoreBuffer(memory, 0, settings, seed);
    }

    @Example
    void shouldTearWhatCrossesALineIfAsked() {
        final StoreBuffer stores = buffer(memory, 1, 0, 1, 1);
        stores.append(frame, 61, 8, 0x8877_6655_4433_2211L, 0, 10);
        assertThat(stores.count()).isEqualTo(2);
        stores.drainThrough(10);
        assertThat(memory.load(BASE + 61, 8)).isEqualTo(0x33_2211L);
        stores.drainThrough(11);
        assertThat(memory.load(BASE + 61, 8)).isEqualTo(0x8877_6655_4433_2211L);
    }

    private void store(final StoreBuffer stores, final int offset, final int size, final long value,
            final long cycle) {
        stores.append(frame, offset, size, value, cycle, cycle + 3);
        final int[] picture = new int[BYTES];
        Arrays.fill(picture, -1);
        for (int i = 0; i < size; i++) {
            picture[offset + i] = (int) (value >>> 8 * i) & 0xFF;
        }
        waiting.add(picture);
    }

    /** Memory takes one store after the other, and none before its cycle. */
    private void drain(final StoreBuffer stores, final long cycle) {
        while (stores.nextDrain() <= cycle) {
            final long next = stores.nextDrain();
            stores.drainThrough(next);
            overlay(settled, waiting.remove(0));
            assertThat(stores.nextDrain()).isGreaterThan(next);
            for (int i = 0; i < BYTES; i++) {
                assertThat((byte) memory.load(BASE + i, 1)).isEqualTo(settled[i]);
            }
        }
    }

    private void check(final StoreBuffer stores, final int offset, final int size) {
        final byte[] seen = settled.clone();
        int youngest = -1;
        for (int w = 0; w < waiting.size(); w++) {
            overlay(seen, waiting.get(w));
            for (int i = 0; i < size; i++) {
                youngest = waiting.get(w)[offset + i] >= 0 ? w : youngest;
            }
        }
        long expected = 0;
        boolean covered = youngest >= 0;
        for (int i = 0; i < size; i++) {
            expected |= (seen[offset + i] & 0xFFL) << 8 * i;
            covered &= youngest >= 0 && waiting.get(youngest)[offset + i] >= 0;
        }
        final int slot = stores.youngestOverlap(BASE + offset, size);
        assertThat(slot >= 0).isEqualTo(youngest >= 0);
        assertThat(slot >= 0 && stores.covers(slot, BASE + offset, size)).isEqualTo(covered);
        if (covered) {
            assertThat(stores.extract(slot, BASE + offset, size)).isEqualTo(expected);
        } else if (slot < 0) {
            assertThat(memory.load(BASE + offset, size)).isEqualTo(expected);
        }
        assertThat(stores.overlay(BASE + offset, size, memory.load(BASE + offset, size)))
            .isEqualTo(expected);
    }

    private static void overlay(final byte[] bytes, final int[] picture) {
        for (int i = 0; i < BYTES; i++) {
            bytes[i] = picture[i] < 0 ? bytes[i] : (byte) picture[i];
        }
    }
}
