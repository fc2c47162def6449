package dev.shootdown.core.machine;

import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.SpiVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/** A jar with plugins. Its classes see the emulator's, and not those of other such jars. */
final class PluginJar {
    private static final String SERVICE = "META-INF/services/" + EmulatorPlugin.class.getName();
    private final Path file;

    private PluginJar(final Path file) {
        this.file = file;
    }

    /**
     * The plugins that the service entry of {@code file} names, one of each.
     *
     * @throws PluginException if it has none or they cannot be used
     */
    static List<EmulatorPlugin> plugins(final Path file) {
        return new PluginJar(file).plugins();
    }

    private List<EmulatorPlugin> plugins() {
        final List<EmulatorPlugin> plugins = new ArrayList<>();
        final ClassLoader loader = loader();
        for (final String name : names()) {
            plugins.add(make(name, loader));
        }
        return plugins;
    }

    private List<String> names() {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw complaint("is not a readable file");
        }
        try (JarFile jar = new JarFile(file.toFile())) {
            checkVersion(jar.getManifest());
            final ZipEntry service = jar.getEntry(SERVICE);
            final List<String> names = new ArrayList<>();
            if (service != null) {
                try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                        jar.getInputStream(service), StandardCharsets.UTF_8))) {
                    lines.lines().map(line -> line.replaceFirst("#.*", "").strip())
                        .filter(line -> !line.isEmpty()).forEach(names::add);
                }
            }
            if (names.isEmpty()) {
                throw complaint("names no plugin in " + SERVICE);
            }
            return names;
        } catch (final IOException e) {
            throw complaint("is not a jar: " + e.getMessage());
        }
    }

    private void checkVersion(final Manifest manifest) {
        final String found = manifest == null ? null
            : manifest.getMainAttributes().getValue(SpiVersion.ATTRIBUTE);
        if (!Integer.toString(SpiVersion.CURRENT).equals(found)) {
            throw complaint((found == null ? "does not say in its manifest which plugin interface it is for"
                : "is for version " + found + " of the plugin interface") + "; expected "
                + SpiVersion.ATTRIBUTE + ": " + SpiVersion.CURRENT);
        }
    }

    private ClassLoader loader() {
        try {
            return new URLClassLoader(new URL[] {file.toUri().toURL()},
                EmulatorPlugin.class.getClassLoader());
        } catch (final MalformedURLException e) {
            throw complaint("is not a usable path: " + e.getMessage());
        }
    }

    private EmulatorPlugin make(final String name, final ClassLoader loader) {
        try {
            final Object made = Class.forName(name, true, loader).getConstructor().newInstance();
            if (made instanceof EmulatorPlugin plugin) {
                checkName(name, plugin.name());
                return plugin;
            }
            throw complaint("class " + name + " is not an " + EmulatorPlugin.class.getSimpleName());
        } catch (final ReflectiveOperationException e) {
            final Throwable cause = e.getCause() == null ? e : e.getCause();
            throw complaint("class " + name + " cannot be made: " + oneLine(cause));
        } catch (final LinkageError e) {
            throw complaint("class " + name + " cannot be loaded: " + oneLine(e));
        }
    }

    private void checkName(final String type, final String name) {
        if (name == null || !name.matches("[a-z][a-z0-9-]*")) {
            throw complaint("class " + type + " has the name '" + name
                + "'; expected lower-case letters, digits and hyphens");
        }
    }

    private static String oneLine(final Throwable cause) {
        return cause.toString().replaceAll("\\s*\\R\\s*", " ");
    }

    private PluginException complaint(final String what) {
        return new PluginException("--plugin " + file + " " + what);
    }
}
