package dev.shootdown.core.cost;

/** One thing that can be configured: a row of an enum in the core or in a plugin. All values are integers. */
public interface Setting {
    /** All that there is to say about it. */
    SettingRow row();

    /** The name that users write, such as {@code cost.invlpg}. */
    default String key() {
        return row().key();
    }

    /** The unit: cycles, entries, bytes, a count, or {@code 0|1}. */
    default String unit() {
        return row().unit();
    }

    /** Least allowed value. */
    default long minimum() {
        return row().minimum();
    }

    /** Greatest allowed value. */
    default long maximum() {
        return row().maximum();
    }

    /** The value when nobody says otherwise (machine {@code skylake-sp-2s}). */
    default long defaultValue() {
        return row().defaultValue();
    }

    /** What it is, in a sentence. */
    default String sentence() {
        return row().sentence();
    }

    /** Where the default comes from. */
    default String source() {
        return row().source();
    }

    /** How far the default can be trusted. */
    default Confidence confidence() {
        return row().confidence();
    }
}
