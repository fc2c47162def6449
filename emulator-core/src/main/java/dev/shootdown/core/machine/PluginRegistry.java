package dev.shootdown.core.machine;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.EmulatorPlugin.FabricFactory;
import dev.shootdown.core.spi.EmulatorPlugin.MmuFactory;
import dev.shootdown.core.spi.MachineSetting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The plugins of this process, in order of name. */
public final class PluginRegistry {
    private final List<EmulatorPlugin> plugins;
    /** Those that the user added: where they give a part that another gives too, theirs is taken. */
    private final List<EmulatorPlugin> added;

    private PluginRegistry(final List<EmulatorPlugin> plugins, final List<EmulatorPlugin> added) {
        this.plugins = plugins;
        this.added = added;
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
        return new PluginRegistry(List.copyOf(sorted), List.of());
    }

    /**
     * These plugins and those in {@code jars}. An MMU or interrupt fabric from a jar takes the place of ours.
     *
     * @throws PluginException if a jar cannot be used, or two plugins have the same name or key, or give the
     * same part
     */
    public PluginRegistry with(final List<Path> jars) {
        final List<EmulatorPlugin> all = new ArrayList<>(plugins);
        final List<EmulatorPlugin> more = new ArrayList<>(added);
        for (final Path jar : jars) {
            for (final EmulatorPlugin plugin : PluginJar.plugins(jar)) {
                refuseClash(plugin, all, jar);
                all.add(plugin);
                more.add(plugin);
            }
        }
        all.sort(Comparator.comparing(EmulatorPlugin::name));
        final PluginRegistry registry = new PluginRegistry(List.copyOf(all), List.copyOf(more));
        registry.mmus();
        registry.fabric();
        return registry;
    }

    private static void refuseClash(final EmulatorPlugin plugin, final List<EmulatorPlugin> others,
            final Path jar) {
        final Set<String> keys = new TreeSet<>();
        List.of(CostParam.values()).forEach(param -> keys.add(param.key()));
        List.of(MachineSetting.values()).forEach(setting -> keys.add(setting.key()));
        for (final EmulatorPlugin other : others) {
            if (other.name().equals(plugin.name())) {
                throw new PluginException("--plugin " + jar + ": there is a plugin named '" + plugin.name()
                    + "' already");
            }
            other.settings().forEach(setting -> keys.add(setting.key()));
        }
        for (final Setting setting : plugin.settings()) {
            if (!keys.add(setting.key())) {
                throw new PluginException("--plugin " + jar + ": there is a key named '" + setting.key()
                    + "' already");
            }
        }
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
        final boolean replaced = added.stream().anyMatch(plugin -> part.apply(plugin).isPresent());
        T found = null;
        for (final EmulatorPlugin plugin : replaced ? added : plugins) {
            final T given = part.apply(plugin).orElse(null);
            if (given != null && found != null) {
                throw new PluginException("two plugins give an " + what + ": " + names());
            }
            found = given == null ? found : given;
        }
        if (found == null) {
            throw new PluginException("no plugin gives an " + what + ": " + names());
        }
        return found;
    }

    List<String> names() {
        return plugins.stream().map(EmulatorPlugin::name).toList();
    }
}
