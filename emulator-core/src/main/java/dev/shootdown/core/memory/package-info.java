/**
 * RAM in frames, who holds each contended cache line, and which device answers where there is no RAM.
 *
 * <p>Floor 1. {@code load} and {@code store} are what cores and devices do; {@code peek} and {@code poke}
 * have no side effect on the guest. The package refuses caches with contents: a line has a holder, not a
 * copy.
 */
package dev.shootdown.core.memory;
