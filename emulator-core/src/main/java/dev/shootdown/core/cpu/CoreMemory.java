package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.TranslationFilter;
import dev.shootdown.core.state.Derived;

/**
 * The only way from an instruction to memory: segment, translation, store buffer, physical memory or device.
 *
 * <p>An access of 1, 2, 4 or 8 bytes goes the fast way if a {@link TranslationFilter} knows its page and the
 * page is RAM. An access that crosses a page has both pages translated before a byte is read or written. A
 * read-modify-write is {@link #beginUpdate}, which translates for writing and reads, and {@link
 * #finishUpdate}, which cannot fault; nothing else may access memory between the two.
 */
public final class CoreMemory {
    private static final int OFFSET = PageSize.BYTES_4K - 1;

    private final Core core;
    private final int id;
    private final PhysicalMemory memory;
    private final CacheLines lines;
    private final boolean filterWanted;
    private final boolean buffered;
    private final AccessChecks checks;
    private final DeviceAccess devices;
    @Derived("wired once") private TranslationFilter small;
    @Derived("wired once") private TranslationFilter large;
    @Derived("from the control registers") private boolean filtered;

    @Derived("the update in progress") private Frame updateFrame;
    @Derived("the update in progress") private long updatePhysical;
    @Derived("the update in progress") private long updateSecond;
    @Derived("the update in progress") private int updateFirstBytes;
    @Derived("the update in progress") private int updateSize;
    @Derived("the update in progress") private boolean updateLocked;

    CoreMemory(final Core core) {
        this.core = core;
        id = core.id();
        checks = core.checks;
        devices = new DeviceAccess(core);
        memory = core.parts.memory();
        lines = new CacheLines(core);
        filterWanted = core.parts.settings().flag(MachineSetting.FILTER);
        buffered = core.parts.settings().flag(MachineSetting.MEMORY_MODEL_TSO);
    }

    void attach() {
        small = core.mmu.smallFilter();
        large = core.mmu.largeFilter();
        updateFilter();
    }

    void updateFilter() {
        checks.update();
        filtered = filterWanted && small != null && core.paging && !checks.active;
    }

    /**
     * EFLAGS.AC was written: what the filters answer for the supervisor may rest on it, and the checks of
     * alignment do. SDM 3A 2.3, 4.6.1.
     */
    void accessFlagWritten(final boolean before) {
        final boolean fell = before && !core.flags.has(Rflags.AC);
        if (fell && small != null && (core.control.cr4 & Cr4.SMAP) != 0) {
            small.clear();
            large.clear();
        }
        updateFilter();
    }

    // ---- reads ----

    /** Reads {@code size} bytes at {@code segment:offset}, zero-extended. */
    public long read(final int segment, final long offset, final int size) {
        final long linear = core.is64 ? core.linearBase[segment] + offset : linear(segment, offset, size,
            false);
        final int inPage = (int) linear & OFFSET;
        if (filtered && inPage + size <= PageSize.BYTES_4K) {
            final int slot = small.slot(linear);
            if (small.answersRead(slot, linear, core.userTag) && small.frame(slot) != null) {
                core.counters().increment(Counter.DTLB_LOADS);
                return loadRam(small.frame(slot), inPage, size);
            }
            final int largeSlot = large.slot(linear);
            if (large.answersRead(largeSlot, linear, core.userTag)) {
                core.counters().increment(Counter.DTLB_LOADS);
                return loadPhysical(large.physical(largeSlot, linear), size);
            }
        }
        return readSlow(segment, linear, size);
    }

    /** Reads a byte for MONITOR. @return its physical address */
    public long touch(final int segment, final long offset) {
        final long linear = linear(segment, offset, 1, false);
        checkCanonical(segment, linear, 1);
        final long physical = translate(linear, Access.READ | core.userAccess);
        loadPhysical(physical, 1);
        return physical;
    }

    private long readSlow(final int segment, final long linear, final int size) {
        checkCanonical(segment, linear, size);
        final int first = PageSize.BYTES_4K - ((int) linear & OFFSET);
        final int access = Access.READ | core.userAccess;
        final long low = translate(linear, access);
        final long high = size <= first ? low : translate(following(linear, first), access);
        if (checks.active) {
            checks.examine(linear, size, false);
        }
        return size <= first ? loadPhysical(low, size)
            : loadBytes(low, first) | loadBytes(high, size - first) << 8 * first;
    }

    private long loadBytes(final long physical, final int count) {
        long value = 0;
        for (int i = 0; i < count; i++) {
            value |= loadPhysical(physical + i, 1) << 8 * i;
        }
        return value;
    }

    private long loadPhysical(final long physical, final int size) {
        final Frame frame = memory.frame(physical);
        return frame == null ? devices.read(physical, size) : loadRam(frame, (int) physical & OFFSET, size);
    }

    private long loadRam(final Frame frame, final int offset, final int size) {
        if (!frame.isHeldBy(offset, id) || CacheLines.isSplit(offset, size)) {
            lines.takeForReading(frame, offset, size);
        }
        return core.stores.isEmpty() ? frame.load(offset, size) : loadThroughBuffer(frame, offset, size);
    }

    private long loadThroughBuffer(final Frame frame, final int offset, final int size) {
        final long physical = frame.physical + offset;
        final int slot = core.stores.youngestOverlap(physical, size);
        if (slot < 0) {
            return frame.load(offset, size);
        }
        if (core.stores.covers(slot, physical, size)) {
            core.counters().increment(Counter.STORE_FORWARDS);
            return core.stores.extract(slot, physical, size);
        }
        core.drainStores();
        return frame.load(offset, size);
    }

    // ---- writes ----

    /** Writes the low {@code size} bytes of {@code value} at {@code segment:offset}. */
    public void write(final int segment, final long offset, final int size, final long value) {
        final long linear = core.is64 ? core.linearBase[segment] + offset : linear(segment, offset, size,
            true);
        final int inPage = (int) linear & OFFSET;
        if (filtered && inPage + size <= PageSize.BYTES_4K) {
            final int slot = small.slot(linear);
            if (small.answersWrite(slot, linear, core.userTag) && small.frame(slot) != null) {
                core.counters().increment(Counter.DTLB_STORES);
                storeRam(small.frame(slot), inPage, size, value);
                return;
            }
            final int largeSlot = large.slot(linear);
            if (large.answersWrite(largeSlot, linear, core.userTag)) {
                core.counters().increment(Counter.DTLB_STORES);
                storePhysical(large.physical(largeSlot, linear), size, value);
                return;
            }
        }
        checkCanonical(segment, linear, size);
        if (checks.active) {
            checkLinearWrite(linear, size, Access.WRITE | core.userAccess);
            checks.examine(linear, size, true);
        }
        writeLinear(linear, size, value, Access.WRITE | core.userAccess);
    }

    private void writeLinear(final long linear, final int size, final long value, final int access) {
        final int first = PageSize.BYTES_4K - ((int) linear & OFFSET);
        if (size <= first) {
            storePhysical(translate(linear, access), size, value);
            return;
        }
        final long low = translate(linear, access);
        final long high = translate(following(linear, first), access);
        storeBytes(low, first, value);
        storeBytes(high, size - first, value >>> 8 * first);
    }

    /**
     * Checks that {@code size} bytes at {@code segment:offset} can be written, so that {@link #write} will
     * not fault.
     */
    public void checkWrite(final int segment, final long offset, final int size) {
        final long linear = linear(segment, offset, size, true);
        checkCanonical(segment, linear, size);
        checkLinearWrite(linear, size, Access.WRITE | core.userAccess);
    }

    private void checkLinearWrite(final long linear, final int size, final int access) {
        translate(linear, access);
        final int first = PageSize.BYTES_4K - ((int) linear & OFFSET);
        if (size > first) {
            translate(following(linear, first), access);
        }
    }

    /** The address {@code distance} bytes on, which outside 64-bit code wraps at 4 GiB. SDM 3A 3.3.1. */
    private long following(final long linear, final int distance) {
        final boolean wraps = !core.is64 && linear <= SegmentRegisters.FLAT_LIMIT;
        return wraps ? linear + distance & SegmentRegisters.FLAT_LIMIT : linear + distance;
    }

    void storeBytes(final long physical, final int count, final long value) {
        final Frame frame = memory.frame(physical);
        if (frame != null) {
            storeRam(frame, (int) physical & OFFSET, count, value);
        }
        for (int i = 0; frame == null && i < count; i++) {
            devices.write(physical + i, 1, value >>> 8 * i);
        }
    }

    void storePhysical(final long physical, final int size, final long value) {
        final Frame frame = memory.frame(physical);
        if (frame == null) {
            devices.write(physical, size, value);
        } else {
            storeRam(frame, (int) physical & OFFSET, size, value);
        }
    }

    private void storeRam(final Frame frame, final int offset, final int size, final long value) {
        int lineCycles = 0;
        if (!frame.isHeldBy(offset, id) || CacheLines.isSplit(offset, size)) {
            lineCycles = lines.takeForWriting(frame, offset, size);
        }
        if (!buffered) {
            core.charge(lineCycles);
            memory.store(frame, offset, size, value, id, core.clock);
            return;
        }
        if (!core.stores.hasRoom()) {
            core.drainStores();
        }
        core.stores.append(frame, offset, size, value, core.clock,
            core.clock + core.costs.storeDrain + lineCycles);
        if (frame.physical == core.code.fetchedFrame) {
            core.drainStores();
        }
    }

    // ---- read-modify-write ----

    /** Translates for writing and reads: the first half of a read-modify-write. */
    public long beginUpdate(final int segment, final long offset, final int size, final boolean locked) {
        final long linear = core.is64 ? core.linearBase[segment] + offset : linear(segment, offset, size,
            true);
        final int inPage = (int) linear & OFFSET;
        updateSize = size;
        updateLocked = locked;
        updateFirstBytes = 0;
        updateFrame = null;
        if (filtered && inPage + size <= PageSize.BYTES_4K) {
            filterUpdate(linear, inPage);
        }
        if (updateFrame == null) {
            translateUpdate(segment, linear, size);
        }
        if (locked) {
            core.drainStores();
            core.charge(CostParam.LOCKED);
            core.counters().increment(Counter.LOCKED_OPERATIONS);
        }
        return loadUpdate();
    }

    private void filterUpdate(final long linear, final int inPage) {
        final int slot = small.slot(linear);
        final int largeSlot = large.slot(linear);
        if (small.answersWrite(slot, linear, core.userTag)) {
            updateFrame = small.frame(slot);
        } else if (large.answersWrite(largeSlot, linear, core.userTag)) {
            updateFrame = memory.frame(large.physical(largeSlot, linear));
        }
        if (updateFrame != null) {
            core.counters().increment(Counter.DTLB_STORES);
            updatePhysical = updateFrame.physical + inPage;
        }
    }

    private void translateUpdate(final int segment, final long linear, final int size) {
        checkCanonical(segment, linear, size);
        updatePhysical = translate(linear, Access.WRITE | core.userAccess);
        final int first = PageSize.BYTES_4K - ((int) linear & OFFSET);
        if (size > first) {
            updateSecond = translate(following(linear, first), Access.WRITE | core.userAccess);
            updateFirstBytes = first;
        } else {
            updateFrame = memory.frame(updatePhysical);
        }
        if (checks.active) {
            checks.examine(linear, size, true);
        }
    }

    private long loadUpdate() {
        if (updateFrame != null) {
            final int offset = (int) updatePhysical & OFFSET;
            if (updateLocked) {
                core.charge(lines.takeForWriting(updateFrame, offset, updateSize));
                return updateFrame.load(offset, updateSize);
            }
            return loadRam(updateFrame, offset, updateSize);
        }
        if (updateFirstBytes == 0) {
            return devices.read(updatePhysical, updateSize);
        }
        return loadBytes(updatePhysical, updateFirstBytes)
            | loadBytes(updateSecond, updateSize - updateFirstBytes) << 8 * updateFirstBytes;
    }

    /** Writes: the second half of a read-modify-write. */
    public void finishUpdate(final long value) {
        if (updateFrame != null) {
            final int offset = (int) updatePhysical & OFFSET;
            if (updateLocked) {
                memory.store(updateFrame, offset, updateSize, value, id, core.clock);
            } else {
                storeRam(updateFrame, offset, updateSize, value);
            }
        } else if (updateFirstBytes == 0) {
            devices.write(updatePhysical, updateSize, value);
        } else {
            storeBytes(updatePhysical, updateFirstBytes, value);
            storeBytes(updateSecond, updateSize - updateFirstBytes, value >>> 8 * updateFirstBytes);
            if (updateLocked) {
                core.drainStores();
            }
        }
    }

    /** The eight bytes after those of {@link #beginUpdate}, which were aligned to sixteen. */
    public long updateHigh() {
        if (updateFrame == null) {
            throw core.notModelled("CMPXCHG16B outside RAM");
        }
        core.drainStores();
        return updateFrame.load(((int) updatePhysical & OFFSET) + Long.BYTES, Long.BYTES);
    }

    /** As {@link #finishUpdate}, for sixteen bytes. */
    public void finishUpdatePair(final long low, final long high) {
        finishUpdate(low);
        final int offset = ((int) updatePhysical & OFFSET) + Long.BYTES;
        if (updateLocked) {
            memory.store(updateFrame, offset, Long.BYTES, high, id, core.clock);
        } else {
            storeRam(updateFrame, offset, Long.BYTES, high);
        }
    }

    // ---- what the processor does for itself ----

    /** Reads a descriptor table or a task-state segment. */
    long readSystem(final long linear, final int size) {
        final int first = PageSize.BYTES_4K - ((int) linear & OFFSET);
        final int access = Access.READ | Access.IMPLICIT;
        if (size <= first) {
            return loadPhysical(translate(linear, access), size);
        }
        final long low = translate(linear, access);
        final long high = translate(linear + first, access);
        return loadBytes(low, first) | loadBytes(high, size - first) << 8 * first;
    }

    /** Writes a descriptor. */
    void writeSystem(final long linear, final int size, final long value) {
        writeLinear(linear, size, value, Access.WRITE | Access.IMPLICIT);
    }

    /**
     * Checks that the {@code size} bytes (at most a page) of a new stack frame can be written with {@code
     * access}.
     */
    void checkStack(final long linear, final int size, final int access) {
        checkLinearWrite(linear, size, access);
    }

    /** Pushes for the delivery of an interrupt, with {@code access} rather than that of the CPL. */
    void writeStack(final long linear, final int size, final long value, final int access) {
        if (checks.active) {
            checks.note(linear, size, true);
        }
        writeLinear(linear, size, value, access);
    }

    long walkLoad(final long physical) {
        final Frame frame = memory.frame(physical);
        return frame == null ? memory.load(physical, Long.BYTES)
            : loadRam(frame, (int) physical & OFFSET, Long.BYTES);
    }

    boolean walkUpdate(final long physical, final long expected, final long replacement) {
        core.drainStores();
        final Frame frame = memory.frame(physical);
        if (frame == null) {
            return true;
        }
        final int offset = (int) physical & OFFSET;
        core.charge(lines.takeForWriting(frame, offset, Long.BYTES));
        if (frame.load(offset, Long.BYTES) != expected) {
            return false;
        }
        memory.store(frame, offset, Long.BYTES, replacement, id, core.clock);
        return true;
    }

    /** Translates an instruction fetch. */
    long translateFetch(final long linear) {
        if (!core.paging) {
            return linear & SegmentRegisters.FLAT_LIMIT;
        }
        final long physical = core.mmu.translate(linear, Access.FETCH | core.userAccess);
        if (physical < 0) {
            throw core.pageFault(linear, (int) ~physical);
        }
        return physical;
    }

    // ---- addresses ----

    long linear(final int segment, final long offset, final int size, final boolean write) {
        if (core.is64) {
            return core.linearBase[segment] + offset;
        }
        final SegmentRegisters segments = core.segments;
        if (core.isProtected() && !segments.permits(segment, write) || !segments.contains(segment, offset,
            size)) {
            throw core.fault(segment == Seg.SS ? Vector.SS : Vector.GP);
        }
        return core.linearBase[segment] + offset & SegmentRegisters.FLAT_LIMIT;
    }

    void checkCanonical(final int segment, final long linear, final int size) {
        if (!core.control.isCanonical(linear) || !core.control.isCanonical(linear + size - 1)) {
            throw core.fault(segment == Seg.SS ? Vector.SS : Vector.GP);
        }
    }

    long translate(final long linear, final int access) {
        if (!core.paging) {
            return linear & SegmentRegisters.FLAT_LIMIT;
        }
        core.counters().increment(Access.kind(access) == Access.READ ? Counter.DTLB_LOADS
            : Counter.DTLB_STORES);
        final long physical = core.mmu.translate(linear, access);
        if (physical < 0) {
            throw core.pageFault(linear, (int) ~physical);
        }
        return physical;
    }
}
