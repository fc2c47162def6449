/**
 * The plugin door: what an MMU, an interrupt fabric or a probe gives a machine, and what the machine shows
 * them.
 *
 * <p>Our own MMU and APIC come through it like a stranger's. It stands at the speed of misses, never of
 * hits: what is called for each access is the {@link dev.shootdown.core.spi.TranslationFilter}. The package
 * refuses to implement.
 *
 * <p>Floor: 2.
 */
package dev.shootdown.core.spi;
