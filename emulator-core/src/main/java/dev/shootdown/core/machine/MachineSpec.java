package dev.shootdown.core.machine;

import dev.shootdown.core.cost.Settings;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What a machine is made of. The same specification and guest give the same run.
 *
 * @param cores 1 to {@link #MAX_CORES}
 * @param settings costs, geometry, memory model
 * @param seed of everything random
 * @param consoleOutput takes what the guest writes to COM1 and the debug console
 * @param consoleInput what the guest reads from COM1
 * @param replayCommand the command that repeats the run, for reports
 */
public record MachineSpec(int cores, Settings settings, long seed, OutputStream consoleOutput,
        InputStream consoleInput, String replayCommand) {
    /** Most cores of a machine. */
    public static final int MAX_CORES = 256;

    /** Checks the ranges. */
    public MachineSpec {
        if (cores < 1 || cores > MAX_CORES) {
            throw new IllegalArgumentException("cores=" + cores + " is not from 1 to " + MAX_CORES);
        }
    }
}
