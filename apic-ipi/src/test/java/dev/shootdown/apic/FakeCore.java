package dev.shootdown.apic;

import dev.shootdown.core.count.Counters;
import dev.shootdown.core.spi.CoreContext;
import java.util.ArrayList;
import java.util.List;

/** A core that only has a clock, and writes down what its APIC tells it. */
public final class FakeCore implements CoreContext {
    /** Set by tests. */
    public long clock;
    /** Set by tests: by how much the time-stamp counter is ahead of the clock. */
    public long timeStampOffset;
    /** What was charged since the test cleared it. */
    public long charged;
    /** One line for each call. */
    public final List<String> calls = new ArrayList<>();
    private final int id;
    private final Counters counters = new Counters();

    FakeCore(final int id) {
        this.id = id;
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
    }

    @Override
    public Counters counters() {
        return counters;
    }

    @Override
    public void interruptsChanged(final long cycle) {
        calls.add("changed@" + cycle);
    }

    @Override
    public void nmi(final long cycle) {
        calls.add("nmi@" + cycle);
    }

    @Override
    public void init(final long cycle) {
        calls.add("init@" + cycle);
    }

    @Override
    public void startUp(final long cycle, final int vector) {
        calls.add("startUp@" + cycle + " vector=" + vector);
    }

    @Override
    public long cr0() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long cr2() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long cr3() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long cr4() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long efer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long rflags() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int cpl() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long rip() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long gpr(final int register) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long segmentBase(final int segment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long argument(final int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long walkLoad(final long physical) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean walkUpdate(final long physical, final long expected, final long replacement) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long peekLinear(final long linear, final int size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int pendingStores() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long pendingStoreAddress(final int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int pendingStoreSize(final int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long pendingStoreValue(final int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isRunning() {
        return true;
    }
}
