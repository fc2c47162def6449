package dev.shootdown.perf.experiment;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.guest.GuestImage;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that decides a run. Two equal requests give two equal digests.
 *
 * @param image the guest
 * @param initrd a boot module, if there is one
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
 * @param console takes what the guest prints
 * @param replayCommand the command that repeats the run
 * @param plugins what the machine is made from
 */
public record RunRequest(GuestImage image, Optional<GuestImage> initrd, String kernelName, int cpus,
        Settings settings, String machineName, String workload, Map<String, String> workloadParameters,
        String commandLine, long seed, long durationCycles, long limitCycles, OutputStream console,
        String replayCommand, PluginRegistry plugins) {

    /** With the plugins that are always there. */
    public RunRequest(final GuestImage image, final Optional<GuestImage> initrd, final String kernelName,
            final int cpus, final Settings settings, final String machineName, final String workload,
            final Map<String, String> workloadParameters, final String commandLine, final long seed,
            final long durationCycles, final long limitCycles, final OutputStream console,
            final String replayCommand) {
        this(image, initrd, kernelName, cpus, settings, machineName, workload, workloadParameters,
            commandLine, seed, durationCycles, limitCycles, console, replayCommand, PluginRegistry.load());
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
