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
        return PluginRegistry.load().defaultSettings(List.of(WorkloadSetting.values()));
    }
}
