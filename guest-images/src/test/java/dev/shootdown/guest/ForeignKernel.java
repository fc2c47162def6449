package dev.shootdown.guest;

import dev.shootdown.core.boot.BootModule;
import dev.shootdown.core.boot.ElfImage;
import dev.shootdown.core.bus.NoEvents;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.machine.Machine;
import dev.shootdown.core.machine.MachineSpec;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.core.machine.RunLimits;
import dev.shootdown.core.machine.RunResult;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Kernels in other people's styles, from {@code src/test/foreign}, built by the host's gcc. They know nothing
 * of this emulator; each ends by writing to the debug-exit port.
 */
enum ForeignKernel {
    /** Multiboot ELF32, 32-bit, all devices of a PC, broadcast start-up. */
    HOBBY("hobby.c", "flat.lds", "-m32", "", 33),
    /** Multiboot ELF32 around 64-bit code, ring 3 and SYSCALL. */
    SYSCALLS("syscalls.c", "flat.lds", "-m64", "elf32-i386", 1),
    /** PVH ELF64, xAPIC timers, unicast start-up. */
    APIC_TIMER("apictimer.c", "flat.lds", "-m64", "", 85),
    /** Plain ELF64 in long mode. */
    RAW("raw.c", "flat.lds", "-m64", "", 103),
    /** Multiboot ELF32 in the higher half with 32-bit paging. */
    PAGING_32("paging32.c", "high.lds", "-m32", "", 1),
    /** Multiboot ELF32 around 64-bit code, claims about processor and platform. */
    PROBES("probes.c", "flat.lds", "-m64", "elf32-i386", 1),
    /** A flat file with Multiboot addresses. */
    FLAT("kludge.S", "flat.lds", "-m32", "binary", 7);

    private static final Path SOURCES = Path.of("src", "test", "foreign");
    private static final List<String> FLAGS = List.of("-O2", "-ffreestanding", "-fno-pic", "-fno-pie",
        "-no-pie", "-nostdlib", "-static", "-mgeneral-regs-only", "-mno-red-zone", "-fno-stack-protector",
        "-fno-asynchronous-unwind-tables", "-fcf-protection=none", "-Wall", "-Wextra", "-Werror",
        "-Wl,--build-id=none", "-Wl,-z,max-page-size=4096", "-Wl,--no-warn-rwx-segments");
    private static final long TOOL_SECONDS = 60;
    /** Twenty simulated seconds at 2.4 GHz. */
    private static final long LIMIT_CYCLES = 48_000_000_000L;
    private static final PluginRegistry PLUGINS = PluginRegistry.load();

    private final String source;
    private final String script;
    private final String bits;
    private final String container;
    private final int status;

    /** What a run printed and how it ended. */
    record Ending(String transcript, RunResult result, String digest) {
    }

    ForeignKernel(final String source, final String script, final String bits, final String container,
            final int status) {
        this.source = source;
        this.script = script;
        this.bits = bits;
        this.container = container;
        this.status = status;
    }

    /** The process status of a run in which all is well. */
    int status() {
        return status;
    }

    /** Builds the kernel into {@code folder}; skips the test where that is not possible. */
    Path build(final Path folder) {
        Assumptions.assumeTrue("amd64".equals(System.getProperty("os.arch")), "the host is no x86-64");
        Assumptions.assumeTrue(isInstalled("gcc") && isInstalled("objcopy"), "gcc is not installed");
        final Path image = folder.resolve(name() + ".img");
        if (Files.exists(image)) {
            return image;
        }
        final boolean flat = "binary".equals(container);
        final List<String> command = new ArrayList<>(List.of("gcc", bits));
        if (flat) {
            command.add("-c");
        } else {
            command.addAll(FLAGS);
            command.addAll(List.of("-T", SOURCES.resolve(script).toString()));
        }
        command.addAll(List.of(SOURCES.resolve(source).toString(), "-o", image.toString()));
        require(command);
        if (!container.isEmpty()) {
            require(List.of("objcopy", "-O", container, image.toString(), image.toString()));
        }
        return image;
    }

    /** Runs the image here. */
    static Ending run(final Path image, final int cpus, final int memoryMib, final String commandLine,
            final List<BootModule> modules) {
        final ByteArrayOutputStream console = new ByteArrayOutputStream();
        final Settings settings = PLUGINS.defaultSettings(List.of())
            .with("machine.memory_mib", Integer.toString(memoryMib), "test");
        final Machine machine = new Machine(new MachineSpec(cpus, settings, 1, console,
            InputStream.nullInputStream(), ""), PLUGINS, NoEvents.INSTANCE);
        machine.load(ElfImage.read(image), commandLine, modules);
        final RunResult result = machine.run(RunLimits.of(LIMIT_CYCLES));
        return new Ending(console.toString(StandardCharsets.ISO_8859_1), result, machine.digest());
    }

    static boolean isInstalled(final String program) {
        for (final String path : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(path, program))) {
                return true;
            }
        }
        return false;
    }

    private static void require(final List<String> command) {
        try {
            final Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError(command + "\n" + said);
            }
        } catch (final IOException | InterruptedException e) {
            throw new AssertionError(command.toString(), e);
        }
    }
}
