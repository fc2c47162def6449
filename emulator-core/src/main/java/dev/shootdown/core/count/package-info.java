/**
 * What the emulator counts, one row a counter.
 *
 * <p>The package refuses to interpret: rates, changes and percentages are the business of reports.
 *
 * <p>Verbs: {@code increment} adds one, {@code add} adds more.
 *
 * <p>Floor: 1.
 */
package dev.shootdown.core.count;
