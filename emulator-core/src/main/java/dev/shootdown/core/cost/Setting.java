package dev.shootdown.core.cost;

/** One thing that can be configured: a row of an enum in the core or in a plugin. All values are integers. */
public interface Setting {
    /** The name that users write, such as {@code cost.invlpg}. */
    String key();

    /** The unit: cycles, entries, bytes, a count, or {@code 0|1}. */
    String unit();

    /** Least allowed value. */
    long minimum();

    /** Greatest allowed value. */
    long maximum();

    /** The value when nobody says otherwise (machine {@code skylake-sp-2s}). */
    long defaultValue();

    /** What it is, in a sentence. */
    String sentence();

    /** Where the default comes from. */
    String source();

    /** How far the default can be trusted. */
    Confidence confidence();
}
