/**
 * The command line.
 *
 * <p>The gap it fills: from words to a {@link dev.shootdown.perf.experiment.RunRequest}, from a result or an
 * error to lines and an exit code. The package refuses to compute results, and it never shows a stack trace
 * unless asked.
 *
 * <p>Verbs: {@code parse} turns a word into a value or a {@link dev.shootdown.perf.cli.UsageException};
 * {@code call} is a command's work and gives its exit code.
 *
 * <p>Floor: the top of {@code perf}.
 */
package dev.shootdown.perf.cli;
