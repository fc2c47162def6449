/**
 * Results as text and as JSON.
 *
 * <p>The gap it fills: a kernel developer wants to see at once what changed between two kernels, a script
 * wants keys that never move. The text may change with every release; the JSON carries a schema name and only
 * grows. The package refuses to compute: every number comes from a {@link
 * dev.shootdown.perf.experiment.RunResult}.
 *
 * <p>Verbs: {@code render} makes text; {@code write} makes a file appear whole or not at all.
 *
 * <p>Floor: above {@code experiment}, below {@code cli}.
 */
package dev.shootdown.perf.report;
