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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** One run of a guest test program on a machine of ours. */
final class GuestProgramRun {
    /** A program that all CPUs wait in forever takes no instructions; this ends it. 100 s at 2.4 GHz. */
    private static final long LIMIT_CYCLES = 240_000_000_000L;
    private static final long LOOK_EVERY_CYCLES = 1 << 20;
    private static final PluginRegistry PLUGINS = PluginRegistry.load();

    private final GuestProgram program;
    private final Machine machine;
    private final ByteArrayOutputStream console = new ByteArrayOutputStream();

    /** A machine that has not run yet. {@code settings} come after those of the catalogue. */
    GuestProgramRun(final GuestProgram program, final long seed, final Map<String, String> settings) {
        this(program, seed, settings, program.arguments());
    }

    /** As above with another command line. */
    GuestProgramRun(final GuestProgram program, final long seed, final Map<String, String> settings,
            final String arguments) {
        this.program = program;
        Settings all = PLUGINS.defaultSettings(List.of())
            .with("machine.memory_mib", "" + program.memoryMib(), "catalogue");
        for (final Map.Entry<String, String> entry : program.settings().entrySet()) {
            all = all.with(entry.getKey(), entry.getValue(), program.name());
        }
        for (final Map.Entry<String, String> entry : settings.entrySet()) {
            all = all.with(entry.getKey(), entry.getValue(), "test");
        }
        machine = new Machine(new MachineSpec(program.cpus(), all, seed, console,
            InputStream.nullInputStream(), ""), PLUGINS, NoEvents.INSTANCE);
        try {
            machine.load(ElfImage.parse(program.name(), Files.readAllBytes(GuestPrograms.image(program))),
                arguments, List.of());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs to the end, which must be one that the program chose. @return the transcript */
    String transcript() {
        final RunResult result = machine.run(new RunLimits(LIMIT_CYCLES, LOOK_EVERY_CYCLES, this::check));
        final String text = console.toString(StandardCharsets.US_ASCII);
        if (result.stop().kind() != MachineStop.Kind.DEBUG_EXIT) {
            throw new AssertionError(program + ": " + result.stop().getMessage() + "\n" + result.registers()
                + text);
        }
        return text;
    }

    private void check(final long cycle, final long instructions) {
        if (instructions > program.limitInstructions()) {
            throw new AssertionError(program + " takes more than " + program.limitInstructions()
                + " instructions, until cycle " + cycle + "; it printed\n"
                + console.toString(StandardCharsets.US_ASCII));
        }
    }

    Machine machine() {
        return machine;
    }
}
