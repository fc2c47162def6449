package dev.shootdown.perf.experiment;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.guest.WorkloadSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Every setting that exists: the costs, the machine, the workload, and what the installed plugins bring. */
public final class KnownSettings {
    private KnownSettings() {
    }

    /** All of them with their defaults. */
    public static Settings defaults() {
        final List<Setting> all = new ArrayList<>();
        all.addAll(List.of(CostParam.values()));
        all.addAll(List.of(MachineSetting.values()));
        all.addAll(List.of(WorkloadSetting.values()));
        for (final EmulatorPlugin plugin : ServiceLoader.load(EmulatorPlugin.class)) {
            all.addAll(plugin.settings());
        }
        return Settings.defaultsOf(all);
    }
}
