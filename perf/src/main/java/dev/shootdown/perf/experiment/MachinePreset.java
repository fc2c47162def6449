package dev.shootdown.perf.experiment;

import dev.shootdown.core.cost.NearestName;
import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.cost.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A machine by name: a file of {@code key = value} lines over the defaults. Lines that begin with {@code #}
 * are comments; the first one is the machine's description; the one before a value cites its source.
 */
public final class MachinePreset {
    /** The machine that the defaults of all settings describe. */
    public static final String DEFAULT = "skylake-sp-2s";
    private static final List<String> NAMES = List.of(DEFAULT, "zen4-1s");
    private static final String FOLDER = "/dev/shootdown/perf/machines/";
    private final String name;
    private final String description;
    private final Map<String, Entry> entries;

    /** A value and where it stands. */
    private record Entry(String value, String origin) {
    }

    private MachinePreset(final String name, final String description, final Map<String, Entry> entries) {
        this.name = name;
        this.description = description;
        this.entries = entries;
    }

    /** All names, the default first. */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * The machine of that name.
     *
     * @throws SettingException with the list of names and the nearest, or about a damaged line
     */
    public static MachinePreset find(final String name) {
        if (!NAMES.contains(name)) {
            throw new SettingException("unknown machine '" + name + "'; there are " + String.join(", ", NAMES)
                + "; the nearest is '" + NearestName.of(name, NAMES) + "'");
        }
        return parse(name, lines(FOLDER + name + ".properties"));
    }

    /** Reads the lines of a preset. */
    static MachinePreset parse(final String name, final List<String> lines) {
        final Map<String, Entry> entries = new TreeMap<>();
        String description = "";
        for (int i = 0; i < lines.size(); i++) {
            final String line = lines.get(i).strip();
            final String origin = name + ".properties:" + (i + 1);
            if (line.startsWith("#")) {
                description = description.isEmpty() ? line.substring(1).strip() : description;
                continue;
            }
            if (line.isEmpty()) {
                continue;
            }
            final int equals = line.indexOf('=');
            if (equals < 1) {
                throw new SettingException(origin + ": '" + line + "' is not key = value");
            }
            final String key = line.substring(0, equals).strip();
            if (entries.put(key, new Entry(line.substring(equals + 1).strip(), origin)) != null) {
                throw new SettingException(origin + ": key '" + key + "' stands there twice");
            }
        }
        return new MachinePreset(name, description, entries);
    }

    /** The name that users write. */
    public String name() {
        return name;
    }

    /** Which hardware it is. */
    public String description() {
        return description;
    }

    /** {@code settings} with this machine's values. */
    public Settings apply(final Settings settings) {
        Settings applied = settings;
        for (final Map.Entry<String, Entry> entry : entries.entrySet()) {
            applied = applied.with(entry.getKey(), entry.getValue().value(), entry.getValue().origin());
        }
        return applied;
    }

    /** The keys that it gives values to. */
    List<String> keys() {
        return List.copyOf(entries.keySet());
    }

    private static List<String> lines(final String resource) {
        try (InputStream in = MachinePreset.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("no resource " + resource);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
