/**
 * The door for plugins. The MMU and the APIC of this project enter by it, as a stranger's would.
 *
 * <p>Floor 2. A plugin is found by {@link java.util.ServiceLoader}, makes its parts for one machine from a
 * {@link dev.shootdown.core.spi.MachineContext}, and is called at the speed of misses, never of hits. The
 * package refuses to know what a TLB or an APIC is.
 */
package dev.shootdown.core.spi;
