package dev.shootdown.perf.cli;

import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.guest.GuestCatalog;
import dev.shootdown.guest.Workload;
import dev.shootdown.perf.experiment.KnownSettings;
import dev.shootdown.perf.experiment.MachinePreset;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The commands that say what there is. */
final class ListCommands {
    private ListCommands() {
    }

    /** Kernels and workloads. */
    @Command(name = "images", description = "Lists the guest kernels and workloads.")
    static final class Images implements Callable<Integer> {
        private final Terminal terminal;

        Images(final Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            terminal.out().println("kernels");
            for (final GuestCatalog entry : GuestCatalog.values()) {
                terminal.out().printf(Locale.ROOT, "  %-10s %s: %s%s%n", entry.kernelName(), entry.commit(),
                    entry.sentence(), entry.isPresent() ? "" : " (not built)");
            }
            terminal.out().println("workloads");
            for (final Workload workload : Workload.values()) {
                terminal.out().printf(Locale.ROOT, "  %-10s %s%n", workload.workloadName(),
                    workload.sentence());
            }
            return ExitCode.OK.status();
        }
    }

    /** Presets. */
    @Command(name = "machines", description = "Lists the machine presets.")
    static final class Machines implements Callable<Integer> {
        private final Terminal terminal;

        Machines(final Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            for (final String name : MachinePreset.names()) {
                final String description = MachinePreset.find(name).description();
                terminal.out().printf(Locale.ROOT, "%-15s %s%n", name, description);
            }
            return ExitCode.OK.status();
        }
    }

    /** Settings. */
    @Command(name = "keys", description = "Lists every key of --set with its unit, range, value and source.")
    static final class Keys implements Callable<Integer> {
        private final Terminal terminal;

        @Option(names = {"-m", "--machine"}, paramLabel = "NAME", defaultValue = MachinePreset.DEFAULT,
            description = "Show the values of this machine (default ${DEFAULT-VALUE}).")
        private String machine;

        @Mixin
        private PluginOptions plugins;

        Keys(final Terminal terminal) {
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            final Settings settings =
                MachinePreset.find(machine).apply(KnownSettings.defaults(plugins.registry()));
            for (final Setting setting : settings.all()) {
                final String origin = settings.isSet(setting) ? machine
                    : setting.confidence().name().toLowerCase(Locale.ROOT) + ": " + setting.source();
                terminal.out().printf(Locale.ROOT, "%-28s = %,d %s (%,d to %,d)%n    %s [%s]%n",
                    setting.key(),
                    settings.get(setting), setting.unit(), setting.minimum(), setting.maximum(),
                    setting.sentence(), origin);
            }
            return ExitCode.OK.status();
        }
    }
}
