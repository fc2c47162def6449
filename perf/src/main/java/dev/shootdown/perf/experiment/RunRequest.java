package dev.shootdown.perf.experiment;

import dev.shootdown.core.boot.BootModule;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.guest.GuestImage;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * Everything that decides a run. Two equal requests give two equal digests.
 *
 * @param image the guest
 * @param modules the boot modules
 * @param kernelName the catalogue's name, or the file's
 * @param cpus how many CPUs
 * @param settings costs, geometry, memory model and workload, with preset and user's values applied
 * @param machineName the preset's name
 * @param workload the workload's name; empty for a stranger's image
 * @param workloadParameters those that the user gave
 * @param commandLine the guest's command line
 * @param seed of everything random
 * @param durationCycles what the workload was asked to simulate; 0 if unknown
 * @param limitCycles the machine stops there; {@link Long#MAX_VALUE} for never
 * @param limitInstructions the machine stops soon after all CPUs together have retired so many
 * @param console takes what the guest prints
 * @param input what the guest reads from COM1
 * @param replayCommand the command that repeats the run
 * @param plugins what the machine is made from
 */
public record RunRequest(GuestImage image, List<BootModule> modules, String kernelName, int cpus,
        Settings settings, String machineName, String workload, Map<String, String> workloadParameters,
        String commandLine, long seed, long durationCycles, long limitCycles, long limitInstructions,
        OutputStream console, InputStream input, String replayCommand, PluginRegistry plugins) {

    /** With the plugins that are always there. */
    public RunRequest(final GuestImage image, final List<BootModule> modules, final String kernelName,
            final int cpus, final Settings settings, final String machineName, final String workload,
            final Map<String, String> workloadParameters, final String commandLine, final long seed,
            final long durationCycles, final long limitCycles, final long limitInstructions,
            final OutputStream console, final InputStream input, final String replayCommand) {
        this(image, modules, kernelName, cpus, settings, machineName, workload, workloadParameters,
            commandLine, seed, durationCycles, limitCycles, limitInstructions, console, input,
            replayCommand, PluginRegistry.load());
    }

    /** Cycles of a second of simulated time. */
    public long frequencyHertz() {
        return settings.get(MachineSetting.FREQUENCY_KHZ) * 1000;
    }

    /** {@code tso} or {@code sc}. */
    public String memoryModel() {
        return settings.flag(MachineSetting.MEMORY_MODEL_TSO) ? "tso" : "sc";
    }
}
