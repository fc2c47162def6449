package dev.shootdown.mmu;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.count.Counters;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.CoreContext;
import java.util.ArrayList;
import java.util.List;

/** A core without instructions: control registers, a clock, a store buffer that drains when told to. */
final class FakeCore implements CoreContext {
    final FakeMachine machine;
    final int id;
    final Counters counters = new Counters();
    final long[] gprs = new long[Gpr.COUNT];
    final List<long[]> pending = new ArrayList<>();
    long clock = 1000;
    long cr0 = Cr0.PE | Cr0.PG | Cr0.WP;
    long cr3;
    long cr4 = Cr4.PAE | Cr4.PGE | Cr4.PCIDE;
    long efer = Efer.LME | Efer.LMA | Efer.NXE;
    long rflags;
    long rip;
    int walkLoads;
    boolean running = true;
    int timesInvalidated;
    Runnable beforeUpdate = () -> { };

    FakeCore(final FakeMachine machine, final int id) {
        this.machine = machine;
        this.id = id;
    }

    private PhysicalMemory memory() {
        return machine.memory;
    }

    /** Retires a store of 8 bytes that waits in the store buffer. */
    void buffer(final long physical, final long value) {
        pending.add(new long[] {physical, value, ++clock});
    }

    void drain() {
        for (final long[] store : pending) {
            clock++;
            memory().store(store[0], 8, store[1], id, store[2]);
        }
        pending.clear();
    }

    /** Stores 8 bytes at once. */
    void store(final long physical, final long value) {
        clock++;
        memory().store(physical, 8, value, id, clock);
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
    public void charge(final long cycles) {
        clock += cycles;
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
        final int[] registers = {Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9};
        return gprs[registers[index]];
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
        return memory().load(physical, 8);
    }

    @Override
    public boolean walkUpdate(final long physical, final long expected, final long replacement) {
        drain();
        final Runnable action = beforeUpdate;
        beforeUpdate = () -> { };
        action.run();
        if (memory().load(physical, 8) != expected) {
            return false;
        }
        memory().store(physical, 8, replacement, id, clock);
        return true;
    }

    @Override
    public long peekLinear(final long linear, final int size) {
        final long physical = machine.mmu(id).peekTranslate(linear, cr3);
        return physical < 0 ? 0 : memory().peek(physical, size);
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
        return 8;
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
        throw new UnsupportedOperationException();
    }

    @Override
    public void nmi(final long cycle) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void init(final long cycle) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void startUp(final long cycle, final int vector) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
