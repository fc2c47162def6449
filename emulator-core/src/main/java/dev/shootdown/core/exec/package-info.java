/**
 * What instructions do: the interpreter, and one class for each family of the manual.
 *
 * <p>A handler is a static method of a core and an instruction. It reads and translates everything before it
 * writes anything, so that a fault leaves the state as it was; it allocates nothing; operand size is data.
 * {@code R[RIP]} holds the address of the next instruction while a handler runs, and a branch replaces it.
 *
 * <p>It decides nothing about modes, segments or interrupts: {@code cpu} does.
 *
 * <p>Floor 5: above {@code cpu}.
 */
package dev.shootdown.core.exec;
