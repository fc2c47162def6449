package dev.shootdown.core.cost;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A frozen value for every known {@link Setting}. Plugins read them in their constructors. */
public final class Settings {
    private final Map<String, Setting> known;
    private final Map<String, Long> values;

    private Settings(final Map<String, Setting> known, final Map<String, Long> values) {
        this.known = known;
        this.values = values;
    }

    /** The defaults of {@code settings}. */
    public static Settings defaultsOf(final Collection<? extends Setting> settings) {
        final Map<String, Setting> known = new TreeMap<>();
        for (final Setting setting : settings) {
            if (known.put(setting.key(), setting) != null) {
                throw new IllegalArgumentException("two settings are named " + setting.key());
            }
        }
        return new Settings(known, Map.of());
    }

    /**
     * These settings with one more value.
     *
     * @param origin where the value was found, for the message
     * @throws SettingException if the key is unknown or the value is not an integer within the setting's
     * range
     */
    public Settings with(final String key, final String value, final String origin) {
        final Setting setting = known.get(key);
        if (setting == null) {
            throw new SettingException(origin + ": unknown key '" + key + "'; the nearest is '"
                + NearestName.of(key, known.keySet()) + "'");
        }
        final Map<String, Long> changed = new TreeMap<>(values);
        changed.put(key, parse(setting, value, origin));
        return new Settings(known, changed);
    }

    private static long parse(final Setting setting, final String value, final String origin) {
        final String range = "an integer from " + setting.minimum() + " to " + setting.maximum()
            + " (" + setting.unit() + ")";
        final long number;
        try {
            number = Long.parseLong(value.strip().replace("_", ""));
        } catch (final NumberFormatException e) {
            throw new SettingException(origin + ": " + setting.key() + "=" + value + " is not " + range);
        }
        if (number < setting.minimum() || number > setting.maximum()) {
            throw new SettingException(origin + ": " + setting.key() + "=" + value
                + " is out of range; expected "
                + range);
        }
        return number;
    }

    /** The value of {@code setting}. */
    public long get(final Setting setting) {
        assert known.containsKey(setting.key()) : setting.key();
        return values.getOrDefault(setting.key(), setting.defaultValue());
    }

    /** The value of {@code setting}, which fits an int. */
    public int integer(final Setting setting) {
        return Math.toIntExact(get(setting));
    }

    /** Whether {@code setting} is not zero. */
    public boolean flag(final Setting setting) {
        return get(setting) != 0;
    }

    /** Whether somebody gave it a value of its own. */
    public boolean isSet(final Setting setting) {
        return values.containsKey(setting.key());
    }

    /** Every setting, ordered by key. */
    public List<Setting> all() {
        return List.copyOf(known.values());
    }

    /** The values that somebody gave, ordered by key. */
    public Map<String, Long> given() {
        return new TreeMap<>(values);
    }
}
