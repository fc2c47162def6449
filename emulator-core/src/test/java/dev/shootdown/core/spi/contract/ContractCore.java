package dev.shootdown.core.spi.contract;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.count.Counters;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A core in 64-bit mode, without instructions: registers that a test sets, a store buffer that drains when
 * told to, and notes of what its plugins told it.
 */
public final class ContractCore implements CoreContext, Stateful {
    private static final int[] ARGUMENTS = {Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9};
    private static final int WORDS_OF_A_STORE = 3;

    /** In cycles. */
    public long clock;
    /** By how many cycles the time-stamp counter is ahead of the clock. */
    public long timeStampOffset;
    /** Whether the clock stands while cycles are charged, for tests that count them alone. */
    public boolean clockStands;
    /** All cycles that were charged. */
    public long charged;
    /** CR0; tell the MMU of changes. */
    public long cr0 = Cr0.PE | Cr0.PG | Cr0.WP | Cr0.ET;
    /** CR3; tell the MMU of changes. */
    public long cr3;
    /** CR4; tell the MMU of changes. */
    public long cr4 = Cr4.PAE | Cr4.PGE | Cr4.PCIDE;
    /** EFER; tell the MMU of changes. */
    public long efer = Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE;
    /** RFLAGS. */
    public long rflags = 2;
    /** RIP. */
    public long rip;
    /** The general registers, by the numbers of {@link Gpr}. */
    public final long[] gprs = new long[Gpr.COUNT];
    /** Whether it runs, instead of being halted. */
    public boolean running = true;
    /** How many entries page walks have loaded. */
    public int walkLoads;
    /** Happens once, right before the next update of an entry, as what another core does. */
    public Runnable beforeUpdate = () -> { };
    /** How often another core told it that translations were invalidated. */
    public int timesInvalidated;
    /** How many NMIs came. */
    public int nmis;
    /** How many INITs came. */
    public int inits;
    /** The vector of the last start-up IPI, -1 if none. */
    public int startUpVector = -1;
    /** What the interrupt controller told it, such as {@code nmi@650}; no part of the state. */
    public final List<String> calls = new ArrayList<>();
    private final ContractMachine machine;
    private final int id;
    private final Counters counters = new Counters();
    /** Address, value and cycle of stores of 8 bytes, the oldest first. */
    private final List<long[]> pending = new ArrayList<>();

    ContractCore(final ContractMachine machine, final int id) {
        this.machine = machine;
        this.id = id;
    }

    /** Writes CR3, and tells the MMU behind its checks. */
    void loadCr3(final long value, final boolean noFlush) {
        cr3 = value;
        machine.checkedMmu(id).cr3Written(noFlush);
    }

    /** Stores 8 bytes at once, in one cycle. */
    public void store(final long physical, final long value) {
        clock++;
        machine.memory().store(physical, Long.BYTES, value, id, clock);
    }

    /** Retires a store of 8 bytes that waits in the store buffer. */
    public void buffer(final long physical, final long value) {
        pending.add(new long[] {physical, value, ++clock});
    }

    /** Lets the stores of the buffer become visible, a cycle each. */
    public void drain() {
        for (final long[] store : pending) {
            clock++;
            machine.memory().store(store[0], Long.BYTES, store[1], id, store[2]);
        }
        pending.clear();
    }

    @Override
    public void transfer(final StateStream state) {
        clock = state.value("clock", clock);
        timeStampOffset = state.value("time_stamp_offset", timeStampOffset);
        charged = state.value("charged", charged);
        cr0 = state.value("cr0", cr0);
        cr3 = state.value("cr3", cr3);
        cr4 = state.value("cr4", cr4);
        efer = state.value("efer", efer);
        rflags = state.value("rflags", rflags);
        rip = state.value("rip", rip);
        state.values("gprs", gprs);
        running = state.flag("running", running);
        nmis = state.number("nmis", nmis);
        inits = state.number("inits", inits);
        startUpVector = state.number("start_up", startUpVector);
        transferPending(state);
        counters.transfer(state);
    }

    private void transferPending(final StateStream state) {
        final long[] words = state.list("pending",
            pending.stream().flatMapToLong(Arrays::stream).toArray());
        pending.clear();
        for (int i = 0; i < words.length; i += WORDS_OF_A_STORE) {
            pending.add(new long[] {words[i], words[i + 1], words[i + 2]});
        }
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public long clock() {
        return clock;
    }

    @Override
    public long timeStamp() {
        return clock + timeStampOffset;
    }

    @Override
    public void charge(final long cycles) {
        charged += cycles;
        clock += clockStands ? 0 : cycles;
    }

    @Override
    public long cr0() {
        return cr0;
    }

    @Override
    public long cr2() {
        return 0;
    }

    @Override
    public long cr3() {
        return cr3;
    }

    @Override
    public long cr4() {
        return cr4;
    }

    @Override
    public long efer() {
        return efer;
    }

    @Override
    public long rflags() {
        return rflags;
    }

    @Override
    public int cpl() {
        return 0;
    }

    @Override
    public long rip() {
        return rip;
    }

    @Override
    public long gpr(final int register) {
        return gprs[register];
    }

    @Override
    public long segmentBase(final int segment) {
        return 0;
    }

    @Override
    public long argument(final int index) {
        return gprs[ARGUMENTS[index]];
    }

    /** Sets what {@link #argument} gives. */
    void setArguments(final long... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            gprs[ARGUMENTS[i]] = arguments[i];
        }
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long walkLoad(final long physical) {
        walkLoads++;
        for (int i = pending.size() - 1; i >= 0; i--) {
            if (pending.get(i)[0] == physical) {
                return pending.get(i)[1];
            }
        }
        return machine.memory().load(physical, Long.BYTES);
    }

    @Override
    public boolean walkUpdate(final long physical, final long expected, final long replacement) {
        drain();
        final Runnable action = beforeUpdate;
        beforeUpdate = () -> { };
        action.run();
        if (machine.memory().load(physical, Long.BYTES) != expected) {
            return false;
        }
        machine.memory().store(physical, Long.BYTES, replacement, id, clock);
        return true;
    }

    @Override
    public long peekLinear(final long linear, final int size) {
        final long physical = machine.mmu(id).peekTranslate(linear, cr3);
        final boolean inPage = (linear & PageSize.BYTES_4K - 1) + size <= PageSize.BYTES_4K;
        return physical < 0 || !inPage ? 0 : machine.memory().peek(physical, size);
    }

    @Override
    public int pendingStores() {
        return pending.size();
    }

    @Override
    public long pendingStoreAddress(final int index) {
        return pending.get(index)[0];
    }

    @Override
    public int pendingStoreSize(final int index) {
        return Long.BYTES;
    }

    @Override
    public long pendingStoreValue(final int index) {
        return pending.get(index)[1];
    }

    @Override
    public void translationsInvalidated() {
        timesInvalidated++;
        drain();
    }

    @Override
    public void interruptsChanged(final long cycle) {
        calls.add("changed@" + cycle);
    }

    @Override
    public void nmi(final long cycle) {
        nmis++;
        calls.add("nmi@" + cycle);
    }

    @Override
    public void init(final long cycle) {
        inits++;
        calls.add("init@" + cycle);
    }

    @Override
    public void startUp(final long cycle, final int vector) {
        startUpVector = vector;
        calls.add("startUp@" + cycle + " vector=" + vector);
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
