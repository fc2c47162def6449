package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.shootdown.core.machine.RunLimits;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** A machine that runs leaves nothing to the garbage collector. */
class AllocationTest {
    private static final long CYCLES_IN_MILLISECOND = 2_400_000;
    private static final long FROM = 12 * CYCLES_IN_MILLISECOND;
    private static final int INTERVALS = 8;
    /** A call of run makes its limits, its stop and its registers as text. */
    private static final long ALLOWED_BYTES = 256 << 10;

    @Test
    void shouldAllocateNothingInTheRunLoop() {
        final GuestRun run = new GuestRun(GuestCatalog.V6_15, 4, 7, "workload=mixed duration_us=1000000",
            "machine.tso", "0");
        run.machine.run(RunLimits.of(FROM));
        final long[] short1 = new long[INTERVALS];
        long cycle = FROM;
        for (int i = 0; i < INTERVALS; i++) {
            cycle += CYCLES_IN_MILLISECOND;
            short1[i] = allocated(run, cycle);
        }
        assertThat(short1[INTERVALS - 1]).isLessThan(ALLOWED_BYTES);
        System.out.println(java.util.Arrays.toString(short1));
    }

    private static long allocated(final GuestRun run, final long untilCycle) {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final RunLimits limits = RunLimits.of(untilCycle);
        final long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
        run.machine.run(limits);
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    }
}
