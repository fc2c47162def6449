package dev.shootdown.core.machine;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Invlpgb;
import dev.shootdown.core.cpu.Neighbours;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.state.StateWriter;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.EventKind;
import dev.shootdown.core.time.EventQueue;
import dev.shootdown.core.time.EventTarget;

/**
 * What cores do to each other beside memory and interrupts: a store that ends a wait, and INVLPGB. A core
 * that executes INVLPGB invalidates its own TLBs at once; the others do it when the message reaches them,
 * between two of their instructions, and until then they may use what they hold. APM 2 5.5.2.
 */
final class CoreNeighbours implements Neighbours, EventTarget, Stateful {
    private final Core[] cores;
    private final RunLoop loop;
    private final EventQueue events;
    private final int flightCycles;
    /** The number of this target, or -1 on a machine without INVLPGB. */
    private final int target;
    /** For each core, when the last message that it sent arrives. */
    private final long[] arrival;

    CoreNeighbours(final Core[] cores, final RunLoop loop, final EventQueue events, final Settings settings) {
        this.cores = cores;
        this.loop = loop;
        this.events = events;
        flightCycles = settings.integer(CostParam.INVLPGB_FLIGHT);
        target = settings.flag(MachineSetting.VENDOR_AMD) ? events.register(this) : -1;
        arrival = new long[cores.length];
    }

    @Override
    public long now() {
        return loop.now();
    }

    @Override
    public void woken() {
        loop.woken();
    }

    @Override
    public void invalidate(final Core sender, final long address, final int flags, final int count,
            final int identifiers) {
        Invlpgb.apply(sender, address | flags, count, identifiers);
        final long when = sender.clock + flightCycles;
        for (final Core core : cores) {
            if (core != sender) {
                events.schedule(when, EventKind.INVLPGB_ARRIVAL, target, address | flags,
                    Invlpgb.pack(core.id(), count, identifiers));
                arrival[sender.id()] = when;
            }
        }
    }

    @Override
    public long invalidatedBy(final Core sender) {
        return arrival[sender.id()];
    }

    @Override
    public void onEvent(final EventKind kind, final long cycle, final long a, final long b) {
        Invlpgb.apply(cores[Invlpgb.core(b)], a, Invlpgb.count(b), Invlpgb.identifiers(b));
    }

    @Override
    public void save(final StateWriter out) {
        if (target >= 0) {
            out.values("invlpgb_arrival", arrival);
        }
    }
}
