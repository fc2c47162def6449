package dev.shootdown.perf.experiment;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.machine.PluginRegistry;
import dev.shootdown.guest.WorkloadSetting;
import java.util.List;

/** Every setting that exists: the costs, the machine, the workload, and what the installed plugins bring. */
public final class KnownSettings {
    private KnownSettings() {
    }

    /** All of them with their defaults. */
    public static Settings defaults() {
        return defaults(PluginRegistry.load());
    }

    /** All of them with their defaults, those of {@code plugins} among them. */
    public static Settings defaults(final PluginRegistry plugins) {
        return plugins.defaultSettings(List.of(WorkloadSetting.values()));
    }
}
