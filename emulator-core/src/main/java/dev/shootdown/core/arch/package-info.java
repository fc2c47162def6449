/**
 * The words of the Intel and AMD manuals: registers, control bits, paging entries, vectors, fault codes.
 *
 * <p>Bit layouts stand here and nowhere else, each with its drawing. The package refuses to have state or
 * behaviour of a machine.
 *
 * <p>Floor: 0, the lowest.
 */
package dev.shootdown.core.arch;
