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
    private static final int INBOX_INTERVAL = 1 << 12;
    /** A core that runs alone does so for at most so many cycles, so that the inbox is looked at. */
    private static final int MAX_ALONE = 1 << 10;
    /** A core that is due within so many cycles is near. */
    private static final int NEAR_CYCLES = 64;
    private static final int NOBODY = -1;
    private static final long NEVER = EventQueue.NEVER;

    private final Core[] cores;
    private final EventQueue events;
    private final CommandInbox inbox;
    /** For each core, the cycle in which it will next run an instruction or drain a store. */
    @Derived("from the cores") private final long[] due;
    /**
     * The cores that may be due before {@link #horizon}, in order of number; all others are due then or
     * later.
     */
    @Derived("from due") private final int[] near;
    @Derived("from due") private int nearCount;
    @Derived("from due") private long horizon;
    /** The first cycle in which {@link #run} has something to do. */
    @Derived("from the limits") private long pause;
    private long now;
    /** Whether a store has woken a core since {@link #due} was computed. */
    @Derived("looked at before the next cycle") private boolean woken;

    RunLoop(final Core[] cores, final EventQueue events, final CommandInbox inbox) {
        this.cores = cores;
        due = new long[cores.length];
        near = new int[cores.length];
        this.events = events;
        this.inbox = inbox;
    }

    long now() {
        return now;
    }

    /** A store has woken a core. */
    void woken() {
        woken = true;
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
            pause = Math.min(nextProgress, limits.cycles());
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
        if (cycle >= horizon) {
            gather(cycle);
        }
        drain(cycle);
        if (woken || events.nextCycle() <= cycle) {
            woken = false;
            events.deliverThrough(cycle);
            refresh();
            gather(cycle);
        }
        final long[] dues = due;
        long first = horizon;
        long second = first;
        int earliest = NOBODY;
        for (int i = 0; i < nearCount; i++) {
            final int id = near[i];
            long next = dues[id];
            if (next <= cycle) {
                next = run(cores[id], cycle);
                dues[id] = next;
            }
            if (next < first) {
                second = first;
                first = next;
                earliest = id;
            } else if (next < second) {
                second = next;
            }
        }
        return runNext(earliest, Math.max(cycle + 1, first), second);
    }

    private void drain(final long cycle) {
        for (int i = 0; i < nearCount; i++) {
            final int id = near[i];
            if (due[id] <= cycle) {
                cores[id].stores.drainThrough(cycle);
            }
        }
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

    /**
     * A cycle is over. If one core is due before all others, runs it until another is due.
     *
     * @param earliest the core that is due next, or {@link #NOBODY}
     * @param first when it is due
     * @param second when any other core is due
     * @return the next cycle in which something will happen
     */
    private long runNext(final int earliest, final long first, final long second) {
        final long end = Math.min(second, Math.min(pause, first + MAX_ALONE));
        final long next = first < end && earliest != NOBODY && !woken
            ? Math.min(second, runAlone(earliest, first, end)) : first;
        return woken ? now + 1 : Math.max(now + 1, Math.min(next, events.nextCycle()));
    }

    /**
     * Runs a core from {@code start} on while nothing else happens before {@code end}. Nobody can see that
     * its stores drain only when it runs its next instruction.
     *
     * @return the cycle in which it is due then
     */
    private long runAlone(final int id, final long start, final long end) {
        final Core core = cores[id];
        long cycle = start;
        while (cycle < end && cycle < events.nextCycle() && core.nextRun() <= cycle && !woken) {
            now = cycle;
            core.stores.drainThrough(cycle);
            Interpreter.step(core);
            cycle = Math.max(cycle + 1, core.clock);
        }
        due[id] = dueOf(core);
        return due[id];
    }

    /** Finds the cores that are near, and the horizon. */
    private void gather(final long cycle) {
        nearCount = 0;
        horizon = NEVER;
        for (int id = 0; id < due.length; id++) {
            if (due[id] - cycle <= NEAR_CYCLES) {
                near[nearCount++] = id;
            } else {
                horizon = Math.min(horizon, due[id]);
            }
        }
    }

    private long earliest() {
        refresh();
        gather(now);
        long next = events.nextCycle();
        for (final long cycle : due) {
            next = Math.min(next, cycle);
        }
        return next;
    }

    /** Events may wake any core. */
    private void refresh() {
        for (int i = 0; i < due.length; i++) {
            due[i] = dueOf(cores[i]);
        }
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
