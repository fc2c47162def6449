package dev.shootdown.core.exec;

import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.state.StateStream;

/** An interrupt controller with one request at a time and no registers. */
public final class FakeInterrupts implements LocalInterrupts {
    public int requested = -1;
    private int priority;

    @Override
    public boolean isRequesting() {
        return requested >= 0;
    }

    @Override
    public int acknowledge() {
        final int vector = requested;
        requested = -1;
        return vector;
    }

    @Override
    public boolean ownsMsr(final int msr) {
        return false;
    }

    @Override
    public long readMsr(final int msr) {
        return 0;
    }

    @Override
    public void writeMsr(final int msr, final long value) {
    }

    @Override
    public boolean ownsPhysical(final long physical) {
        return false;
    }

    @Override
    public long mmioRead(final long physical, final int size) {
        return 0;
    }

    @Override
    public void mmioWrite(final long physical, final int size, final long value) {
    }

    @Override
    public int taskPriority() {
        return priority;
    }

    @Override
    public void setTaskPriority(final int value) {
        priority = value;
    }

    @Override
    public void init() {
        requested = -1;
    }

    @Override
    public int apicId() {
        return 0;
    }

    @Override
    public void transfer(final StateStream state) {
        requested = state.number("requested", requested);
        priority = state.number("priority", priority);
    }
}
