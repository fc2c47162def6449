package dev.shootdown.apic;

import dev.shootdown.apic.fabric.Icr;
import dev.shootdown.apic.fabric.IpiFabric;
import dev.shootdown.core.spi.MachineContext;

/** What a core's writes to its ICR and to its self-IPI register do: an error, nothing, or messages. */
final class Commands {
    private final MachineContext machine;
    private final IpiFabric fabric;
    private final int id;
    private final ErrorSink errors;

    /** Is told of a command that is not sent. */
    interface ErrorSink {
        /** One bit of {@link ErrorStatus}. */
        void record(int error, long cycle);
    }

    Commands(final MachineContext machine, final IpiFabric fabric, final int id, final ErrorSink errors) {
        this.machine = machine;
        this.fabric = fabric;
        this.id = id;
        this.errors = errors;
    }

    /** The low half of the ICR was written; {@code icr} is all of it. Charges the core. */
    void send(final long icr, final boolean x2apic) {
        final int error = IcrRules.error(icr, x2apic);
        if (error != 0) {
            errors.record(error, machine.core(id).clock());
        }
        if (error != 0 || Icr.isInitDeassert(icr)) {
            machine.core(id).charge(fabric.model().sendCycles(x2apic));
            return;
        }
        IcrRules.checkModelled(icr, id);
        fabric.send(id, icr, x2apic);
    }

    /** The self-IPI register was written. Charges the core. */
    void sendSelf(final int vector) {
        if (vector < IcrRules.FIRST_LEGAL_VECTOR) {
            errors.record(ErrorStatus.SEND_ILLEGAL_VECTOR, machine.core(id).clock());
            machine.core(id).charge(fabric.model().selfIpiCycles());
            return;
        }
        fabric.sendSelf(id, vector);
    }
}
