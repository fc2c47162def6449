/**
 * The local APIC of each core, in xAPIC and in x2APIC mode: registers, priorities, timer, errors. SDM 3A
 * chapter 11.
 *
 * <p>Every register is one row of {@link dev.shootdown.apic.ApicRegisters}; its address in the page and its
 * MSR, what may be written and what it is after reset are read from there by both ways of access. To
 * <em>request</em> is to set a bit of the IRR, to <em>acknowledge</em> moves the highest one to the ISR, to
 * <em>end</em> clears the highest of the ISR.
 *
 * <p>LINT0 is the output of the 8259 pair; that of the bootstrap processor passes it as ExtINT from the
 * start, as firmware leaves it. LINT1 is wired, and no device of the machine drives it.
 *
 * <p>Refused: SMI, the reserved timer mode, the reserved delivery modes and registers in RAM stop the machine
 * by name. Thermal and performance entries are kept, and nothing drives them.
 *
 * <p>Floor: above {@code dev.shootdown.apic.fabric}.
 */
package dev.shootdown.apic;
