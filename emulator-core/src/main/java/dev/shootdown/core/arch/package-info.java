/**
 * The words of the manuals: registers, bits, vectors, paging entries, as names and flyweights.
 *
 * <p>Floor 0: imports nothing of ours. It refuses behaviour: what a bit does is written where it is done.
 */
package dev.shootdown.core.arch;
