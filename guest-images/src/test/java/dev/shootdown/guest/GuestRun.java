package dev.shootdown.guest;

import dev.shootdown.core.boot.ElfImage;
import dev.shootdown.core.bus.NoEvents;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.machine.Machine;
import dev.shootdown.core.machine.MachineSpec;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.core.machine.RunLimits;
import dev.shootdown.core.machine.RunResult;
import dev.shootdown.core.spi.MachineStop;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A machine with a prebuilt kernel, and what became of it. */
final class GuestRun {
    /** Ten simulated seconds at 2.4 GHz: whoever has not ended by then hangs. */
    private static final long LIMIT_CYCLES = 24_000_000_000L;
    private static final PluginRegistry PLUGINS = PluginRegistry.load();

    final Machine machine;
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    /** A machine that has not run yet; {@code keysAndValues} alternate. */
    GuestRun(final GuestCatalog kernel, final int cpus, final long seed, final String commandLine,
            final String... keysAndValues) {
        Settings settings = PLUGINS.defaultSettings(List.of());
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings = settings.with(keysAndValues[i], keysAndValues[i + 1], "test");
        }
        machine = new Machine(new MachineSpec(cpus, settings, seed, console, InputStream.nullInputStream(),
            ""),
            PLUGINS, NoEvents.INSTANCE);
        machine.load(ElfImage.parse(kernel.kernelName(), kernel.open().bytes()),
            commandLine + " seed=" + seed, List.of());
    }

    /** Runs to the end, which must be one that the guest chose. */
    RunResult toEnd() {
        final RunResult result = machine.run(RunLimits.of(LIMIT_CYCLES));
        if (result.stop().kind() != MachineStop.Kind.DEBUG_EXIT) {
            throw new AssertionError(result.stop().getMessage() + "\n" + result.registers() + transcript());
        }
        return result;
    }

    /** All that the guest printed. */
    String transcript() {
        return console.toString(StandardCharsets.US_ASCII);
    }

    /** The guest's own counters, summed over the CPUs. */
    long guestCounter(final String name) {
        final GuestCounters.Peek peek = machine.core(0)::peekLinear;
        return GuestCounters.of(machine.symbols(), peek).sum(machine.cores(), peek).get(name);
    }

    /** The lines in which the guest judges itself. */
    static List<String> verdicts(final String transcript) {
        return transcript.lines().map(String::strip)
            .filter(line -> line.startsWith("check:") || line.startsWith("result:")).toList();
    }
}
