/**
 * Costs and settings: every number that can be configured, with its unit, range, default, source and
 * confidence.
 *
 * <p>No cost literal stands outside of it. The package refuses fractions: all values are integers.
 *
 * <p>Verbs: {@code with} gives changed settings and leaves the old ones as they were.
 *
 * <p>Floor: 1.
 */
package dev.shootdown.core.cost;
