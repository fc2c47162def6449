package dev.shootdown.mmu;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.LineDirectory.Proximity;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.time.EventKind;
import dev.shootdown.core.time.EventTarget;
import java.util.ArrayList;
import java.util.List;

/**
 * Carries the INVLPGB of one core to all others. A message needs its flight time to arrive, takes effect on
 * arrival whatever the other core does, halted or not, and the acknowledgement needs as long to return.
 * APM 3, INVLPGB and TLBSYNC.
 */
final class Broadcasts {
    private final MachineContext machine;
    private final int sameSocketCycles;
    private final int crossSocketCycles;
    /** The number of each core in the event queue. */
    private final List<Integer> targets = new ArrayList<>();
    private final long[] doneCycles;

    Broadcasts(final MachineContext machine) {
        this.machine = machine;
        final Settings settings = machine.settings();
        sameSocketCycles = settings.integer(CostParam.INVLPGB_SAME_SOCKET);
        crossSocketCycles = settings.integer(CostParam.INVLPGB_CROSS_SOCKET);
        doneCycles = new long[machine.cores()];
    }

    /** The MMUs of all cores join, in order. */
    void join(final X86Mmu mmu) {
        final int core = targets.size();
        final EventTarget arrival = (kind, cycle, rax, operands) -> {
            mmu.obey(rax, (int) operands, (int) (operands >>> Integer.SIZE));
            machine.core(core).translationsInvalidated();
        };
        targets.add(machine.events().register(arrival));
    }

    /** Sends to all cores but {@code sender}. */
    void send(final int sender, final long rax, final int ecx, final int edx) {
        final long sent = machine.core(sender).clock();
        final long operands = (long) edx << Integer.SIZE | Integer.toUnsignedLong(ecx);
        for (int target = 0; target < targets.size(); target++) {
            if (target != sender) {
                final int flight = flightCycles(sender, target);
                machine.events().schedule(sent + flight, EventKind.TLB_BROADCAST, targets.get(target), rax,
                    operands);
                doneCycles[sender] = Math.max(doneCycles[sender], sent + 2L * flight);
            }
        }
    }

    private int flightCycles(final int from, final int to) {
        return machine.topology().between(from, to) == Proximity.CROSS_SOCKET ? crossSocketCycles
            : sameSocketCycles;
    }

    /** When the last broadcast of {@code core} is known by it to have been obeyed by all; 0 without one. */
    long doneCycle(final int core) {
        return doneCycles[core];
    }

    /** Saves or restores what {@link #doneCycle} tells. */
    void transferDone(final int core, final StateStream state) {
        doneCycles[core] = state.value("broadcasts_done", doneCycles[core]);
    }
}
