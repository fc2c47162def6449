/**
 * Physical memory, devices on it and on ports, and who owns a contended cache line.
 *
 * <p>Addresses here are physical. The package refuses to translate and to know about cores.
 *
 * <p>Verbs: {@code peek} and {@code poke} have no side effects; {@code load} and {@code store} are what
 * hardware does.
 *
 * <p>Floor: 1.
 */
package dev.shootdown.core.memory;
