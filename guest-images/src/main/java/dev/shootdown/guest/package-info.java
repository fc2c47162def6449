/**
 * The guest images from the host's side: which kernels there are, their bytes, the load they can run, and the
 * numbers they keep.
 *
 * <p>The gap it fills: an experiment names a kernel and a workload; a machine wants bytes and a command line.
 * The package refuses to know how a machine runs or how a result looks, and it never writes to a guest: it
 * only
 * <em>peeks</em>.
 *
 * <p>Verbs: {@code find} looks a name up and says what there is instead if it is missing; {@code open} reads
 * the bytes; {@code peek} reads guest memory without side effects.
 *
 * <p>Floor: above {@code emulator-core}, below {@code perf}.
 */
package dev.shootdown.guest;
