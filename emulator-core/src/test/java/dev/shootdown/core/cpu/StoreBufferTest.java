package dev.shootdown.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.PhysicalMemory;
import org.junit.jupiter.api.Test;

final class StoreBufferTest {
    private final PhysicalMemory memory = new PhysicalMemory(1 << 16);
    private final Frame frame = memory.frame(0x1000);
    private final StoreBuffer stores = StoreBufferPropertiesTest.buffer(memory, 4, 0, 0, 1);

    @Test
    void shouldDrainInOrderAndNotBeforeTheCycle() {
        stores.append(frame, 0, 8, 1, 10, 200);
        stores.append(frame, 8, 8, 2, 11, 20);
        assertThat(stores.nextDrain()).isEqualTo(200);
        stores.drainThrough(199);
        assertThat(stores.count()).isEqualTo(2);
        stores.drainThrough(200);
        assertThat(memory.load(0x1000, 8)).isEqualTo(1);
        assertThat(memory.load(0x1008, 8)).isZero();
        stores.drainThrough(201);
        assertThat(memory.load(0x1008, 8)).isEqualTo(2);
        assertThat(stores.isEmpty()).isTrue();
        assertThat(stores.nextDrain()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldForwardFromTheYoungestStoreThatCovers() {
        stores.append(frame, 0, 8, 0x1111_1111_1111_1111L, 1, 2);
        stores.append(frame, 4, 4, 0x8765_4321L, 1, 2);
        final int slot = stores.youngestOverlap(0x1006, 2);
        assertThat(stores.covers(slot, 0x1006, 2)).isTrue();
        assertThat(stores.extract(slot, 0x1006, 2)).isEqualTo(0x8765);
        final int partial = stores.youngestOverlap(0x1002, 4);
        assertThat(stores.covers(partial, 0x1002, 4)).isFalse();
        assertThat(stores.youngestOverlap(0x1008, 8)).isNegative();
    }

    @Test
    void shouldBeFullAtItsCapacityAndStillTakeTheRestOfAnInstruction() {
        for (int i = 0; i < 4; i++) {
            assertThat(stores.isFull()).isFalse();
            stores.append(frame, 8 * i, 8, i, 0, 0);
        }
        assertThat(stores.isFull()).isTrue();
        assertThat(stores.hasRoom()).isTrue();
    }
}
