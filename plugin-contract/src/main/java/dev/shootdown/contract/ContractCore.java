package dev.shootdown.contract;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.count.Counters;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/** A core in 64-bit mode, without instructions: registers that a test sets. */
final class ContractCore implements CoreContext, Stateful {
    long clock;
    long cr3;
    long cr4 = Cr4.PAE | Cr4.PGE | Cr4.PCIDE;
    int nmis;
    int inits;
    int startUpVector = -1;
    private final ContractMachine machine;
    private final int id;
    private final Counters counters = new Counters();

    ContractCore(final ContractMachine machine, final int id) {
        this.machine = machine;
        this.id = id;
    }

    /** Writes CR3 with what belongs to it. */
    void loadCr3(final long value, final boolean noFlush) {
        cr3 = value;
        machine.checkedMmu(id).cr3Written(noFlush);
    }

    @Override
    public void transfer(final StateStream state) {
        clock = state.value("clock", clock);
        cr3 = state.value("cr3", cr3);
        cr4 = state.value("cr4", cr4);
        nmis = state.number("nmis", nmis);
        inits = state.number("inits", inits);
        startUpVector = state.number("start_up", startUpVector);
        counters.transfer(state);
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
        return Cr0.PE | Cr0.PG | Cr0.WP | Cr0.ET;
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
        return Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE;
    }

    @Override
    public long rflags() {
        return 2;
    }

    @Override
    public int cpl() {
        return 0;
    }

    @Override
    public long rip() {
        return 0;
    }

    @Override
    public long gpr(final int register) {
        return 0;
    }

    @Override
    public long segmentBase(final int segment) {
        return 0;
    }

    @Override
    public long argument(final int index) {
        return 0;
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public long walkLoad(final long physical) {
        return machine.memory().load(physical, Long.BYTES);
    }

    @Override
    public boolean walkUpdate(final long physical, final long expected, final long replacement) {
        if (walkLoad(physical) != expected) {
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
        return 0;
    }

    @Override
    public long pendingStoreAddress(final int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public int pendingStoreSize(final int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public long pendingStoreValue(final int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    public void interruptsChanged(final long cycle) {
        // The tests ask isRequesting() themselves.
    }

    @Override
    public void nmi(final long cycle) {
        nmis++;
    }

    @Override
    public void init(final long cycle) {
        inits++;
    }

    @Override
    public void startUp(final long cycle, final int vector) {
        startUpVector = vector;
    }

    @Override
    public boolean isRunning() {
        return true;
    }
}
