package dev.shootdown.core.cost;

/**
 * What there is to say about a {@link Setting}.
 *
 * @param key the name that users write, such as {@code cost.invlpg}
 * @param unit cycles, entries, bytes, a count, or {@code 0|1}
 * @param minimum least allowed value
 * @param maximum greatest allowed value
 * @param defaultValue the value when nobody says otherwise (machine {@code skylake-sp-2s})
 * @param sentence what it is
 * @param source where the default comes from
 * @param confidence how far the default can be trusted
 */
public record SettingRow(String key, String unit, long minimum, long maximum, long defaultValue,
        String sentence, String source, Confidence confidence) {
}
