/**
 * Experiments: what to run, on which machine, and what came out.
 *
 * <p>The gap it fills: the machine runs one guest and knows nothing of comparisons; the command line knows
 * words. Here a {@link dev.shootdown.perf.experiment.RunRequest} says everything that decides a run, a
 * {@link dev.shootdown.perf.experiment.MachineRunner} turns it into a
 * {@link dev.shootdown.perf.experiment.RunOutcome}, and a {@link dev.shootdown.perf.experiment.WorkRing} runs
 * several machines at once, one thread each. The package refuses to print.
 *
 * <p>Verbs: {@code run} is from request to outcome; {@code record} notes one event of a running machine.
 *
 * <p>Floor: the lowest of {@code perf}; {@code report} and {@code cli} stand on it.
 */
package dev.shootdown.perf.experiment;
