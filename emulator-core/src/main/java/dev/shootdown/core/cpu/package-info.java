/**
 * One processor core without its instructions: registers, clock, flags, segments, control registers, the
 * store buffer, the way to memory and to code, and the delivery of exceptions and interrupts.
 *
 * <p>It knows no MMU and no interrupt controller, only their interfaces, and it does not know what an
 * instruction does. An operation that finds that it cannot go on throws the core's one {@link
 * dev.shootdown.core.cpu.GuestFault}; what is not modelled throws {@link dev.shootdown.core.spi.MachineStop}.
 *
 * <p>Verbs: {@code read} and {@code write} are linear and may fault; {@code load} and {@code store} are
 * physical; {@code fetch} is for instructions; {@code peek} changes nothing; {@code drain} moves stores from
 * the buffer to memory.
 *
 * <p>Floor 4: above {@code decode}, below {@code exec}.
 */
package dev.shootdown.core.cpu;
