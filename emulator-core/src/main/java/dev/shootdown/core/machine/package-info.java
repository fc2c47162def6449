/**
 * The machine as a whole: what it is made of, the one place where it is wired, and the loop that runs it.
 *
 * <p>Floor 6. One thread owns a machine. The loop's order is architecture: stores drain, then events happen,
 * then cores run, each in order of cycle and number.
 */
package dev.shootdown.core.machine;
