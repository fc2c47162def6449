package dev.shootdown.core.machine;

import dev.shootdown.core.bus.CommandInbox;
import dev.shootdown.core.bus.CommandType;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.exec.Interpreter;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.time.EventQueue;

/**
 * Runs the cores in time order. For each cycle in which anything happens: stores that are due leave their
 * store buffers, events that are due happen, then every core that is due runs one instruction; each in order
 * of core number. So two cores never see each other's future, and the order is total.
 */
final class RunLoop {
    /** How many cycles with something to do pass between looks at the command inbox. */
    private static final int INBOX_INTERVAL = 1 << 16;
    private static final long NEVER = EventQueue.NEVER;

    private final Core[] cores;
    private final EventQueue events;
    private final CommandInbox inbox;
    /** For each core, the cycle in which it will next run an instruction or drain a store. */
    @Derived("from the cores") private final long[] due;
    private long now;

    RunLoop(final Core[] cores, final EventQueue events, final CommandInbox inbox) {
        this.cores = cores;
        due = new long[cores.length];
        this.events = events;
        this.inbox = inbox;
    }

    long now() {
        return now;
    }

    /** Runs until something throws a {@link MachineStop}. */
    void run(final RunLimits limits) {
        long nextProgress = now + limits.progressEveryCycles();
        int untilInbox = INBOX_INTERVAL;
        long next = earliest();
        while (true) {
            if (next > limits.cycles()) {
                throw endOfTime(next, limits);
            }
            now = next;
            next = advance();
            if (--untilInbox == 0) {
                untilInbox = INBOX_INTERVAL;
                obey();
            }
            if (now >= nextProgress) {
                nextProgress = now + limits.progressEveryCycles();
                limits.listener().reached(now, instructions());
            }
        }
    }

    /** Everything that happens in cycle {@link #now}. @return the next cycle in which something will */
    private long advance() {
        final long cycle = now;
        final long[] dues = due;
        for (int i = 0; i < dues.length; i++) {
            if (dues[i] <= cycle) {
                cores[i].stores.drainThrough(cycle);
            }
        }
        if (events.nextCycle() <= cycle) {
            events.deliverThrough(cycle);
            refresh();
        }
        long next = NEVER;
        for (int i = 0; i < dues.length; i++) {
            if (dues[i] <= cycle) {
                dues[i] = run(cores[i], cycle);
            }
            next = Math.min(next, dues[i]);
        }
        return Math.max(cycle + 1, Math.min(next, events.nextCycle()));
    }

    private static long run(final Core core, final long cycle) {
        if (core.nextRun() <= cycle) {
            Interpreter.step(core);
        }
        return dueOf(core);
    }

    private static long dueOf(final Core core) {
        return Math.min(core.nextRun(), core.stores.nextDrain());
    }

    /** Events may wake any core. */
    private void refresh() {
        for (int i = 0; i < due.length; i++) {
            due[i] = dueOf(cores[i]);
        }
    }

    private long earliest() {
        refresh();
        long next = events.nextCycle();
        for (final long cycle : due) {
            next = Math.min(next, cycle);
        }
        return next;
    }

    private MachineStop endOfTime(final long next, final RunLimits limits) {
        if (next == NEVER) {
            return new MachineStop(MachineStop.Kind.ALL_HALTED, -1, 0,
                "all " + cores.length + " CPUs are halted and nothing will wake one, at cycle " + now);
        }
        return new MachineStop(MachineStop.Kind.LIMIT, -1, 0,
            "the guest did not end the run within " + limits.cycles() + " cycles");
    }

    private void obey() {
        inbox.drain((command, payload) -> {
            if (command == CommandType.STOP) {
                throw new MachineStop(MachineStop.Kind.COMMAND, -1, 0, "stopped by command at cycle " + now);
            }
        });
    }

    private long instructions() {
        long sum = 0;
        for (final Core core : cores) {
            sum += core.counters().get(Counter.INSTRUCTIONS);
        }
        return sum;
    }
}
