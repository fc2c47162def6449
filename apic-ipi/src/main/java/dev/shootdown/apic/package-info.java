/**
 * The local APIC of each core, in xAPIC and in x2APIC mode: registers, priorities, timer, errors. SDM 3A
 * chapter 11.
 *
 * <p>Every register is one row of {@link dev.shootdown.apic.ApicRegisters}; its address in the page and its
 * MSR, what may be written and what it is after reset are read from there by both ways of access. To
 * <em>request</em> is to set a bit of the IRR, to <em>acknowledge</em> moves the highest one to the ISR, to
 * <em>end</em> clears the highest of the ISR.
 *
 * <p>Refused: SMI, ExtINT from a legacy interrupt controller, the reserved timer mode and the reserved
 * delivery modes stop the machine by name. LINT0, LINT1, thermal and performance entries are kept, and
 * nothing drives them.
 *
 * <p>Floor: above {@code dev.shootdown.apic.fabric}.
 */
package dev.shootdown.apic;
