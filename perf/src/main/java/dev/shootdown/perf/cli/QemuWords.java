package dev.shootdown.perf.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/**
 * Options of a QEMU command line that ask for what this machine always is. They are checked and change
 * nothing, so that such a command line can be given as it stands.
 */
final class QemuWords {
    private static final String DEBUG_EXIT = "isa-debug-exit,iobase=0xf4(,iosize=(0x)?0?[1248])?";

    @Option(names = "-nographic", description = "Always so; taken for QEMU's sake.")
    private boolean noGraphic;

    @Option(names = {"-no-reboot", "--no-reboot"}, description = "Always so; taken for QEMU's sake.")
    private boolean noReboot;

    @Option(names = {"-display", "-monitor", "-vga", "-net", "-nic"}, paramLabel = "none",
        description = "There is none; taken for QEMU's sake.")
    private List<String> absent = new ArrayList<>();

    @Option(names = "-debugcon", paramLabel = "stdio", description = "Port 0xE9 prints where COM1 does.")
    private String debugConsole;

    @Option(names = "-device", paramLabel = "isa-debug-exit,iobase=0xf4",
        description = "Always there; no other device.")
    private List<String> devices = new ArrayList<>();

    /** @throws UsageException if one asks for something else */
    void check() {
        for (final String word : absent) {
            require(word, "none".equals(word), "-display, -monitor, -vga, -net", "none");
        }
        require(debugConsole, debugConsole == null || debugConsole.matches("stdio|mon:stdio|-"), "-debugcon",
            "stdio");
        for (final String device : devices) {
            require(device, device.matches(DEBUG_EXIT), "-device", "isa-debug-exit,iobase=0xf4");
        }
    }

    private static void require(final String word, final boolean good, final String option,
            final String expected) {
        if (!good) {
            throw new UsageException(option + " '" + word + "' is not there; expected " + expected);
        }
    }
}
