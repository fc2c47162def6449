package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.shootdown.core.machine.RunLimits;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * A machine that runs leaves nothing to the garbage collector but what is made once: the frame that a guest
 * first touches, the block that it first enters. Anything made for each instruction, translation, interrupt
 * or flush would be far above the bounds.
 */
class AllocationTest {
    private static final long CYCLES_IN_MILLISECOND = 2_400_000;
    private static final int MILLISECONDS = 40;
    private static final int WARM_UP = 24;
    private static final long MEDIAN_BYTES = 4096;
    private static final long MEAN_BYTES = 8192;
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long[] allocated = new long[MILLISECONDS];
    private int intervals;
    private long before;

    @Test
    void shouldAllocateNothingInTheRunLoop() {
        final GuestRun run = new GuestRun(GuestCatalog.V6_15, 4, 7, "workload=mixed duration_us=1000000",
            "machine.tso", "0");
        run.machine.run(new RunLimits((MILLISECONDS + 1) * CYCLES_IN_MILLISECOND, CYCLES_IN_MILLISECOND,
            (cycle, instructions) -> note()));
        final long[] warm = Arrays.copyOfRange(allocated, WARM_UP, intervals);
        Arrays.sort(warm);
        assertThat(warm).hasSizeGreaterThan(8);
        assertThat(warm[warm.length / 2]).as("bytes in each millisecond: %s", Arrays.toString(allocated))
            .isLessThan(MEDIAN_BYTES);
        assertThat(Arrays.stream(warm).sum()).as("bytes in each millisecond: %s", Arrays.toString(allocated))
            .isLessThan(warm.length * MEAN_BYTES);
    }

    private void note() {
        final long now = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        if (before != 0 && intervals < MILLISECONDS) {
            allocated[intervals++] = now - before;
        }
        before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
