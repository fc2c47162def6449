package dev.shootdown.core.machine;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.EmulatorPlugin.FabricFactory;
import dev.shootdown.core.spi.EmulatorPlugin.MmuFactory;
import dev.shootdown.core.spi.MachineSetting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;

/** The plugins of this process, in order of name. */
public final class PluginRegistry {
    private final List<EmulatorPlugin> plugins;

    private PluginRegistry(final List<EmulatorPlugin> plugins) {
        this.plugins = plugins;
    }

    /** Those that {@link ServiceLoader} finds. */
    public static PluginRegistry load() {
        final List<EmulatorPlugin> found = new ArrayList<>();
        ServiceLoader.load(EmulatorPlugin.class).forEach(found::add);
        return of(found);
    }

    /** These. */
    public static PluginRegistry of(final List<EmulatorPlugin> plugins) {
        final List<EmulatorPlugin> sorted = new ArrayList<>(plugins);
        sorted.sort(Comparator.comparing(EmulatorPlugin::name));
        return new PluginRegistry(List.copyOf(sorted));
    }

    /** The plugins, in order of name. */
    public List<EmulatorPlugin> plugins() {
        return plugins;
    }

    /** The default values of every key that the core and the plugins understand, and of {@code more}. */
    public Settings defaultSettings(final List<? extends Setting> more) {
        final List<Setting> all = new ArrayList<>(List.of(CostParam.values()));
        all.addAll(List.of(MachineSetting.values()));
        plugins.forEach(plugin -> all.addAll(plugin.settings()));
        all.addAll(more);
        return Settings.defaultsOf(all);
    }

    MmuFactory mmus() {
        return only("MMU", EmulatorPlugin::mmus);
    }

    FabricFactory fabric() {
        return only("interrupt fabric", EmulatorPlugin::fabric);
    }

    private <T> T only(final String what, final Function<EmulatorPlugin, Optional<T>> part) {
        T found = null;
        for (final EmulatorPlugin plugin : plugins) {
            final T given = part.apply(plugin).orElse(null);
            if (given != null && found != null) {
                throw new IllegalStateException("two plugins give an " + what + ": " + names());
            }
            found = given == null ? found : given;
        }
        if (found == null) {
            throw new IllegalStateException("no plugin gives an " + what + ": " + names());
        }
        return found;
    }

    List<String> names() {
        return plugins.stream().map(EmulatorPlugin::name).toList();
    }
}
