package dev.shootdown.guest;

import dev.shootdown.core.boot.ElfImage;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.machine.Machine;
import dev.shootdown.core.machine.MachineSpec;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.core.machine.RunLimits;
import dev.shootdown.core.machine.RunResult;
import dev.shootdown.core.spi.MachineStop;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One guest for all tests of snapshots, with its console and its events. */
final class SnapshotGuest {
    private static final PluginRegistry PLUGINS = PluginRegistry.load();
    private static final long FOREVER = Long.MAX_VALUE;

    final Machine machine;
    final EventHash events;
    final ByteArrayOutputStream console;

    private SnapshotGuest(final Machine machine, final EventHash events,
            final ByteArrayOutputStream console) {
        this.machine = machine;
        this.events = events;
        this.console = console;
    }

    /** A machine that has not run; {@code keysAndValues} alternate. */
    static SnapshotGuest booting(final int cpus, final String workload, final String... keysAndValues) {
        return booting(cpus, workload, new EventHash(0), keysAndValues);
    }

    /** A machine that is about to take the state of {@code other}, and goes on with its events. */
    static SnapshotGuest after(final SnapshotGuest other, final int cpus, final String workload,
            final String... keysAndValues) {
        return booting(cpus, workload, new EventHash(other.events.hash()), keysAndValues);
    }

    private static SnapshotGuest booting(final int cpus, final String workload, final EventHash events,
            final String... keysAndValues) {
        final ByteArrayOutputStream console = new ByteArrayOutputStream();
        final Machine machine = machine(cpus, workload, console, events, keysAndValues);
        return new SnapshotGuest(machine, events, console);
    }

    private static Machine machine(final int cpus, final String workload, final OutputStream console,
            final EventSink sink, final String... keysAndValues) {
        Settings settings = PLUGINS.defaultSettings(List.of());
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings = settings.with(keysAndValues[i], keysAndValues[i + 1], "test");
        }
        final Machine machine = new Machine(new MachineSpec(cpus, settings, 7, console,
            InputStream.nullInputStream(), ""), PLUGINS, sink);
        final GuestCatalog kernel = GuestCatalog.V6_15_RC5;
        machine.load(ElfImage.parse(kernel.kernelName(), kernel.open().bytes()), workload + " seed=7",
            List.of());
        return machine;
    }

    /** A fork of it as it is now. */
    SnapshotGuest fork() {
        final EventHash forkedEvents = new EventHash(events.hash());
        final ByteArrayOutputStream forkedConsole = new ByteArrayOutputStream();
        return new SnapshotGuest(machine.fork(forkedConsole, forkedEvents), forkedEvents, forkedConsole);
    }

    /** Runs to {@code cycle}, or to the end if the guest ends before. */
    SnapshotGuest runTo(final long cycle) {
        machine.run(RunLimits.of(cycle));
        return this;
    }

    /** Runs to the end, which the guest must choose. */
    RunResult runToEnd() {
        final RunResult result = machine.run(RunLimits.of(FOREVER));
        if (result.stop().kind() != MachineStop.Kind.DEBUG_EXIT) {
            throw new AssertionError(result.stop().getMessage() + "\n" + result.registers());
        }
        return result;
    }

    String printed() {
        return console.toString(StandardCharsets.US_ASCII);
    }

    /** All that must be the same at the end of the same run. */
    String outcome() {
        return machine.digest() + " events " + events.hash();
    }
}
