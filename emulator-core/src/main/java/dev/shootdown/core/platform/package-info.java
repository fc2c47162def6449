/**
 * The devices of the small PC that guests see, and its ACPI tables. Floor 6, beside the machine that wires
 * them.
 *
 * <p>Devices keep no time of their own: counts follow from the simulated clock when they are read, and only
 * what must happen by itself (IRQ 0) is an event. So an idle device costs nothing and a run repeats exactly.
 *
 * <p>Width: the registers of the UART, PIT, PIC, CMOS, reset and debug-console ports and of the
 * firmware-configuration data port are bytes. A wider access touches the low byte only: a write ignores the
 * upper bytes, a read gives them as zero, and the ports beside it are not touched. The PM timer and the PM1
 * registers can be read in parts. The debug-exit port takes its full width, the firmware-configuration
 * selector 16 bits, the I/O APIC 32 bits.
 *
 * <p>Verbs: a device <i>asserts</i> its {@link dev.shootdown.core.platform.InterruptLine}; what that means is
 * up to the I/O APIC's redirection entry. The lines are active when asserted, whatever polarity the guest
 * programs.
 *
 * <p>Refuses: rotating priorities, polling and special modes of the 8259 pair, BCD counting and
 * hardware-triggered PIT modes stop the machine by name.
 */
package dev.shootdown.core.platform;
