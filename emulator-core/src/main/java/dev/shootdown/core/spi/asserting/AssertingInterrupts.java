package dev.shootdown.core.spi.asserting;

import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.state.StateStream;

/** A local interrupt controller whose every call is checked before and after. */
public final class AssertingInterrupts implements LocalInterrupts {
    private static final int VECTORS = 256;
    private static final int CLASSES = 16;
    private static final int CLASS_SHIFT = 4;

    private final LocalInterrupts checked;
    private final Rules rules;
    private final int apicId;

    /** Checks {@code interrupts}, which are {@code core}'s. */
    public AssertingInterrupts(final LocalInterrupts interrupts, final CoreContext core) {
        checked = interrupts;
        rules = new Rules(interrupts, core);
        apicId = interrupts.apicId();
    }

    @Override
    public boolean isRequesting() {
        final boolean requesting = checked.isRequesting();
        rules.demand(checked.isRequesting() == requesting, "asking for a request changes nothing");
        return requesting;
    }

    @Override
    public int acknowledge() {
        final boolean requesting = checked.isRequesting();
        final int priority = checked.taskPriority();
        rules.begin();
        final int vector = checked.acknowledge();
        rules.end();
        rules.demand(vector >= 0 && vector < VECTORS, "a vector is from 0 to 255", "vector", vector);
        rules.demand(!requesting || vector >>> CLASS_SHIFT > priority,
            "an accepted interrupt is above the task priority", "vector", vector, "priority", priority);
        rules.demand(!requesting || !checked.isRequesting(),
            "an accepted interrupt holds back all that were requested with it", "vector", vector);
        return vector;
    }

    @Override
    public boolean ownsMsr(final int msr) {
        final boolean owns = checked.ownsMsr(msr);
        rules.demand(checked.ownsMsr(msr) == owns, "asking who owns an MSR changes nothing", "msr", msr);
        return owns;
    }

    @Override
    public long readMsr(final int msr) {
        demandOwned(msr);
        rules.begin();
        final long value = checked.readMsr(msr);
        rules.end();
        return value;
    }

    @Override
    public void writeMsr(final int msr, final long value) {
        demandOwned(msr);
        rules.begin();
        checked.writeMsr(msr, value);
        rules.end();
    }

    private void demandOwned(final int msr) {
        rules.demand(checked.ownsMsr(msr), "only MSRs that it owns are read and written", "msr", msr);
    }

    @Override
    public boolean ownsPhysical(final long physical) {
        return checked.ownsPhysical(physical);
    }

    @Override
    public long mmioRead(final long physical, final int size) {
        demandOwned(physical, size);
        rules.begin();
        final long value = checked.mmioRead(physical, size);
        rules.end();
        rules.demand(size == Long.BYTES || value >>> Byte.SIZE * size == 0,
            "a read gives no more bytes than were asked for", "physical", physical, "size", size, "value",
            value);
        return value;
    }

    @Override
    public void mmioWrite(final long physical, final int size, final long value) {
        demandOwned(physical, size);
        rules.begin();
        checked.mmioWrite(physical, size, value);
        rules.end();
    }

    private void demandOwned(final long physical, final int size) {
        rules.demand(checked.ownsPhysical(physical), "only its own page is read and written", "physical",
            physical);
        rules.demand(Integer.bitCount(size) == 1 && size <= Long.BYTES, "a size is 1, 2, 4 or 8", "size",
            size);
    }

    @Override
    public int taskPriority() {
        final int priority = checked.taskPriority();
        rules.demand(priority >= 0 && priority < CLASSES, "a task priority is from 0 to 15", "priority",
            priority);
        return priority;
    }

    @Override
    public void setTaskPriority(final int priority) {
        rules.demand(priority >= 0 && priority < CLASSES, "a task priority is from 0 to 15", "priority",
            priority);
        checked.setTaskPriority(priority);
        rules.demand(checked.taskPriority() == priority, "the task priority is what was written", "written",
            priority, "read", checked.taskPriority());
    }

    @Override
    public void init() {
        checked.init();
        rules.demand(!checked.isRequesting(), "after INIT nothing is requested");
    }

    @Override
    public int apicId() {
        rules.demand(checked.apicId() == apicId, "the identifier stays what it was", "before", apicId, "now",
            checked.apicId());
        return apicId;
    }

    @Override
    public void transfer(final StateStream state) {
        checked.transfer(state);
    }
}
