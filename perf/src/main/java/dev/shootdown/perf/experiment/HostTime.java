package dev.shootdown.perf.experiment;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * What a run took of the host.
 *
 * @param wallNanoseconds from its beginning to its end
 * @param coreNanoseconds that the machine's thread spent on a core of the host, which does not count when
 *     others had the core; the wall time where the host cannot tell
 */
public record HostTime(long wallNanoseconds, long coreNanoseconds) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** The time now, for the thread that asks. */
    static HostTime now() {
        final long wall = System.nanoTime();
        return new HostTime(wall, THREADS.isCurrentThreadCpuTimeSupported()
            ? THREADS.getCurrentThreadCpuTime() : wall);
    }

    /** From {@code earlier}, of the same thread, to this. */
    HostTime since(final HostTime earlier) {
        return new HostTime(wallNanoseconds - earlier.wallNanoseconds,
            coreNanoseconds - earlier.coreNanoseconds);
    }

    /** Wall time in seconds. */
    public double seconds() {
        return wallNanoseconds / 1e9;
    }

    /** Million instructions a second of one core of the host. */
    public double mips(final long instructions) {
        return coreNanoseconds == 0 ? 0 : instructions * 1e3 / coreNanoseconds;
    }
}
