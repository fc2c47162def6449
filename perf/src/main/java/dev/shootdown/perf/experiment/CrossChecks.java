package dev.shootdown.perf.experiment;

import dev.shootdown.apic.fabric.IpiFabric;
import dev.shootdown.apic.fabric.IpiLedger;
import dev.shootdown.core.machine.Machine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What must agree at the end of every run: the fabric's own accounts, and what the guest kernel counted with
 * what the emulator counted, by vector.
 */
final class CrossChecks {
    /** Linux's vectors. */
    private static final int CALL_FUNCTION_SINGLE = 0xFB;
    private static final int CALL_FUNCTION = 0xFC;
    private static final int RESCHEDULE = 0xFD;

    private final List<String> failures = new ArrayList<>();
    private final Map<String, Long> guest;

    private CrossChecks(final Map<String, Long> guest) {
        this.guest = guest;
    }

    /**
     * Sentences about what does not agree; none is good.
     *
     * @param guest the guest's counters; those that it does not keep are not compared
     */
    static List<String> failures(final Machine machine, final Map<String, Long> guest) {
        final CrossChecks checks = new CrossChecks(guest);
        if (machine.fabric() instanceof IpiFabric fabric) {
            checks.balance(fabric);
            checks.compare(fabric.ledger());
        }
        return checks.failures;
    }

    private void balance(final IpiFabric fabric) {
        for (int vector = 0; vector < IpiLedger.VECTORS; vector++) {
            final long missing = fabric.ledger().imbalance(vector, fabric.requested(vector));
            if (missing != 0) {
                failures.add(String.format("vector 0x%02x: %d IPIs were sent and neither delivered, "
                    + "coalesced, discarded nor pending", vector, missing));
            }
        }
    }

    private void compare(final IpiLedger ledger) {
        check("ipi_call_sent", ledger.sent(CALL_FUNCTION_SINGLE) + ledger.sent(CALL_FUNCTION));
        check("irq_call", ledger.delivered(CALL_FUNCTION_SINGLE) + ledger.delivered(CALL_FUNCTION));
        check("ipi_resched_sent", ledger.sent(RESCHEDULE));
        check("irq_resched", ledger.delivered(RESCHEDULE));
    }

    private void check(final String name, final long emulator) {
        final Long kernel = guest.get(name);
        if (kernel != null && kernel != emulator) {
            failures.add(name + ": the kernel counted " + kernel + ", the emulator " + emulator);
        }
    }
}
