package dev.shootdown.apic;

import dev.shootdown.apic.fabric.Icr;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * The two interrupt pins, LINT0 and LINT1, and what their entries of the local vector table make of them. SDM
 * 3A 11.5.1. A pin is asserted or not, whatever polarity its entry gives. Only LINT0 can be level-triggered.
 * While the APIC is disabled by IA32_APIC_BASE the pins are INTR and NMI of the core. SDM 3A 11.4.3.
 */
final class LocalPins implements Stateful {
    /** How many there are. */
    static final int COUNT = 2;
    private static final int LINT1 = 1;
    private static final ApicRegisters[] ENTRIES = {ApicRegisters.LVT_LINT0, ApicRegisters.LVT_LINT1};

    private final MachineContext machine;
    private final int id;
    private final RegisterFile registers;
    private final Requester requester;
    /** One bit for each pin. */
    private int asserted;

    /** Takes a request for a vector. */
    interface Requester {
        /** As {@link Requests#request}, with what follows from it. */
        void request(int vector, boolean level, long cycle);
    }

    LocalPins(final MachineContext machine, final int id, final RegisterFile registers,
            final Requester requester) {
        this.machine = machine;
        this.id = id;
        this.registers = registers;
        this.requester = requester;
    }

    /** A pin was driven. @param present whether IA32_APIC_BASE enables the APIC */
    void drive(final int pin, final boolean level, final boolean present, final long cycle) {
        final boolean rises = level && !isAsserted(pin);
        asserted = level ? asserted | 1 << pin : asserted & ~(1 << pin);
        if (!rises) {
            return;
        }
        if (!present) {
            if (pin == LINT1) {
                core().nmi(cycle);
            } else {
                core().interruptsChanged(cycle);
            }
        } else if (!Lvt.isMasked(entry(pin))) {
            rose(pin, cycle);
        }
    }

    private void rose(final int pin, final long cycle) {
        final int mode = Lvt.deliveryMode(entry(pin));
        switch (mode) {
            case Icr.FIXED:
                if (Lvt.isLevel(entry(pin)) && pin != LINT1) {
                    service(pin, cycle);
                } else {
                    requester.request(Lvt.vector(entry(pin)), false, cycle);
                }
                break;
            case Icr.NMI:
            case Icr.INIT:
                Signals.deliver(core(), mode, 0, cycle);
                break;
            case Icr.EXT_INT:
                core().interruptsChanged(cycle);
                break;
            default:
                throw new MachineStop(MachineStop.Kind.NOT_MODELLED, id, 0,
                    "LINT" + pin + " with delivery mode " + mode);
        }
    }

    /** Requests a level-triggered interrupt that is not already under way. */
    private void service(final int pin, final long cycle) {
        final long entry = entry(pin);
        final boolean wanted = Lvt.isLevel(entry) && Lvt.deliveryMode(entry) == Icr.FIXED
            && !Lvt.isMasked(entry) && !Lvt.isRemoteIrr(entry);
        if (wanted && isAsserted(pin)) {
            registers.setRemoteIrr(ENTRIES[pin], true);
            requester.request(Lvt.vector(entry), true, cycle);
        }
    }

    /** An entry was written: a level that waits may pass now. */
    void entryWritten(final long cycle) {
        service(0, cycle);
        if (asserted != 0) {
            core().interruptsChanged(cycle);
        }
    }

    /** A level-triggered vector was ended. */
    void ended(final int vector, final long cycle) {
        if (Lvt.isRemoteIrr(entry(0)) && Lvt.vector(entry(0)) == vector) {
            registers.setRemoteIrr(ENTRIES[0], false);
            service(0, cycle);
        }
    }

    /** Whether an external controller asks for its vector to be taken. */
    boolean isExternal(final boolean present) {
        if (asserted == 0) {
            return false;
        }
        if (!present) {
            return isAsserted(0);
        }
        for (int pin = 0; pin < COUNT; pin++) {
            if (isAsserted(pin) && !Lvt.isMasked(entry(pin))
                    && Lvt.deliveryMode(entry(pin)) == Icr.EXT_INT) {
                return true;
            }
        }
        return false;
    }

    private boolean isAsserted(final int pin) {
        return (asserted >>> pin & 1) != 0;
    }

    private long entry(final int pin) {
        return registers.value(ENTRIES[pin]);
    }

    private CoreContext core() {
        return machine.core(id);
    }

    @Override
    public void transfer(final StateStream state) {
        asserted = state.number("pins_asserted", asserted);
    }
}
