package dev.shootdown.core.machine;

import dev.shootdown.core.bus.CommandInbox;
import dev.shootdown.core.bus.CommandType;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Waker;
import dev.shootdown.core.exec.Interpreter;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.EventQueue;

/**
 * Runs the cores in time order. For each cycle in which anything happens: stores that are due leave their
 * store buffers, events that are due happen, then every core that is due runs one instruction; each in order
 * of core number. So two cores never see each other's future, and the order is total.
 *
 * <p>What happens next is one number, its {@link Turn}, so that the first and the second of all are found
 * without a branch that the host could mispredict. The core whose turn is the first then acts until another
 * core or an event comes before it.
 */
final class RunLoop implements Waker, Stateful {
    /** How many times cores take turns between looks at the command inbox. */
    private static final int INBOX_INTERVAL = 1 << 12;
    /** A core that runs alone does so for at most so many cycles, so that the inbox is looked at. */
    private static final int MAX_ALONE = 1 << 10;
    /** A core that is due within so many cycles is near. */
    private static final int NEAR_CYCLES = 256;

    private final Core[] cores;
    private final EventQueue events;
    private final CommandInbox inbox;
    /** How many cycles before the others a core may go on with what concerns itself alone. */
    private final long lookahead;
    /** The turns of the cores that may be due before {@link #horizon}; all others are due then or later. */
    @Derived("from the cores") private final long[] near;
    @Derived("from near") private int nearCount;
    /** Where in {@link #near} each core is. */
    @Derived("from near") private final int[] slot;
    @Derived("from the cores") private long horizon;
    /** Before this turn {@link #run} has nothing to do but to let cores run. */
    @Derived("from the limits") private long pause;
    private long now;
    /** Whether a store has woken a core since {@link #near} was gathered. */
    @Derived("looked at before the next turn") private boolean woken;

    /** @param lookahead see {@link dev.shootdown.core.spi.InterruptFabric#lookahead} */
    RunLoop(final Core[] cores, final EventQueue events, final CommandInbox inbox, final long lookahead) {
        this.cores = cores;
        this.lookahead = Math.min(lookahead, MAX_ALONE);
        near = new long[cores.length];
        slot = new int[cores.length];
        this.events = events;
        this.inbox = inbox;
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public void transfer(final StateStream state) {
        now = state.value("now", now);
    }

    @Override
    public void woken() {
        woken = true;
    }

    /** Runs until something throws a {@link MachineStop}. */
    void run(final RunLimits limits) {
        int untilInbox = INBOX_INTERVAL;
        long nextProgress = saturated(now, limits.progressEveryCycles());
        pause = pauseAfter(Math.min(nextProgress, limits.cycles()));
        gather();
        while (true) {
            if (takeTurn()) {
                final long next = Math.min(Turn.cycle(firstOfAll()), events.nextCycle());
                if (next > limits.cycles()) {
                    throw endOfTime(next, limits);
                }
                nextProgress = saturated(next, limits.progressEveryCycles());
                pause = pauseAfter(Math.min(nextProgress, limits.cycles()));
                limits.listener().reached(now, instructions());
            }
            if (--untilInbox == 0) {
                untilInbox = INBOX_INTERVAL;
                obey();
            }
        }
    }

    private static long saturated(final long cycle, final long more) {
        return more > Long.MAX_VALUE - cycle ? Long.MAX_VALUE : cycle + more;
    }

    private static long pauseAfter(final long cycle) {
        return Turn.of(saturated(cycle, 1), Turn.DRAIN, 0);
    }

    /**
     * Lets the core act whose turn is the first, or the next events happen.
     *
     * @return whether there is no turn before the pause
     */
    private boolean takeTurn() {
        if (woken) {
            woken = false;
            gather();
        }
        final long far = horizon;
        long first = far;
        long second = far;
        for (int i = 0; i < nearCount; i++) {
            final long turn = near[i];
            second = Math.min(second, Math.max(first, turn));
            first = Math.min(first, turn);
        }
        final long agenda = agenda();
        if (first < agenda) {
            if (first == far) {
                gather();
            } else {
                act(first, second);
            }
            return false;
        }
        if (agenda == pause) {
            return true;
        }
        now = Math.max(now, Turn.cycle(agenda));
        events.deliverThrough(now);
        gather();
        return false;
    }

    /** The next turn that is no core's. */
    private long agenda() {
        return Math.min(pause, Turn.of(events.nextCycle(), Turn.EVENT, 0));
    }

    /**
     * A core acts until somebody else's turn comes. Nobody can see before then whether its stores drain when
     * they are due or only when it runs its next instruction.
     *
     * @param first the turn of the core
     * @param second the first turn of all others
     */
    private void act(final long first, final long second) {
        final int id = Turn.core(first);
        final Core core = cores[id];
        final long start = Turn.cycle(first);
        now = Math.max(now, start);
        drain(core, start);
        final long end = Math.min(second, Turn.of(start + MAX_ALONE, Turn.DRAIN, 0));
        long turn = Turn.of(core.nextRun(), Turn.RUN, id);
        while (turn < end && turn < agenda() && !woken) {
            final long cycle = Math.max(now, Turn.cycle(turn));
            if (core.stores.nextDrain() <= cycle) {
                drain(core, cycle);
                if (woken) {
                    break;
                }
            }
            now = cycle;
            Interpreter.step(core);
            turn = Turn.of(Math.max(cycle + 1, core.nextRun()), Turn.RUN, id);
        }
        if (Interpreter.isNextLocal(core)) {
            runAhead(core);
            turn = Turn.of(Math.max(Turn.cycle(turn), core.nextRun()), Turn.RUN, id);
        }
        near[slot[id]] = Math.min(turn, Turn.of(core.stores.nextDrain(), Turn.DRAIN, id));
    }

    /** The stores that are due up to {@code cycle} drain, each in its cycle, until one wakes a core. */
    private void drain(final Core core, final long cycle) {
        while (core.stores.nextDrain() <= cycle && !woken) {
            now = Math.max(now, core.stores.nextDrain());
            core.stores.drainThrough(now);
        }
    }

    /**
     * A core goes on with what concerns nobody else, though it is not its turn. Its stores stay where they
     * are: others would see them.
     */
    private void runAhead(final Core core) {
        final long end = Math.min(Turn.cycle(agenda()), now + lookahead);
        while (core.clock < end && Interpreter.isNextLocal(core)) {
            Interpreter.step(core);
        }
    }

    /** Finds the cores that are near, and the horizon. */
    private void gather() {
        final long cycle = Turn.cycle(firstOfAll());
        final long limit = Turn.of(saturated(cycle, NEAR_CYCLES), Turn.DRAIN, 0);
        nearCount = 0;
        horizon = Turn.NEVER;
        for (int id = 0; id < cores.length; id++) {
            final long turn = turnOf(cores[id]);
            if (turn < limit) {
                slot[id] = nearCount;
                near[nearCount++] = turn;
            } else {
                horizon = Math.min(horizon, turn);
            }
        }
    }

    private long firstOfAll() {
        long first = Turn.NEVER;
        for (final Core core : cores) {
            first = Math.min(first, turnOf(core));
        }
        return first;
    }

    private static long turnOf(final Core core) {
        return Math.min(Turn.of(core.nextRun(), Turn.RUN, core.id()),
            Turn.of(core.stores.nextDrain(), Turn.DRAIN, core.id()));
    }

    private MachineStop endOfTime(final long next, final RunLimits limits) {
        if (next == EventQueue.NEVER) {
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
