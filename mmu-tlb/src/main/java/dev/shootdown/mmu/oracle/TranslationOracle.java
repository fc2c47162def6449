package dev.shootdown.mmu.oracle;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.memory.Frame;
import dev.shootdown.core.memory.MemoryWatcher;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.tlb.TlbEntry;
import dev.shootdown.mmu.tlb.TlbTag;
import dev.shootdown.mmu.tlb.TlbWatcher;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;
import org.agrona.collections.LongHashSet;

/**
 * Judges every use of a translation that has become stale. One for all cores of a machine; see the package
 * page.
 *
 * <p>A store to a paging entry marks the cached translations that came from it if a fresh walk would now give
 * another frame, fewer rights or nothing, and unmarks them if it restores them. A mark sends each use through
 * {@link #used}, where a fresh walk under the CR3 of the moment decides.
 */
public final class TranslationOracle implements MemoryWatcher, TlbWatcher, Stateful {
    /** No slot. */
    public static final int NO_SLOT = Provenance.NONE;
    /** What a fresh walk depends on; the accessed and dirty bits and the ignored ones do not count. */
    private static final long SIGNIFICANT =
        Pte.PRESENT | Pte.WRITABLE | Pte.USER | Pte.LARGE | Pte.ADDRESS | Pte.NO_EXECUTE;
    private static final int ENTRY_BYTES = Long.BYTES;
    /** Stores in a row without effect, after which we look whether the frame still is a table. */
    private static final int QUIET_LIMIT = 512;

    private final MachineContext machine;
    private final Provenance provenance;
    private final StalenessLedger ledger;
    @Derived("the walk in progress") private final ReferenceWalk fresh;
    private final Agreement agreement;
    private final RecentEvents events;
    private final FlushLedger flushes;
    private final MarkListener[] listeners;
    @Derived("from the settings") private final boolean[] holdsTables;
    private final List<Tlb> tableCaches = new ArrayList<>();
    @Derived("from provenance") private final LongHashSet upperTables = new LongHashSet();
    private final BitSet freedFrames = new BitSet();
    private final FaultTally tally;
    private final boolean stopAtFirst;
    private boolean allocationsKnown;
    /** Whether eight bytes may be two entries of 32-bit paging, whose bits mean something else. */
    @Derived("costs time alone") private boolean narrowEntries;
    @Derived("only says when to look whether a frame still is a table") private int quietStores;
    @Derived("wired once") private GuestProbes probes;

    /**
     * @param slots how many entries all caches of all cores have together
     * @param maximumReports reports to keep of each class
     * @param stopAtFirst whether the first fault ends the run
     */
    public TranslationOracle(final MachineContext machine, final int slots, final int maximumReports,
            final boolean stopAtFirst) {
        this.machine = machine;
        tally = new FaultTally(maximumReports);
        this.stopAtFirst = stopAtFirst;
        provenance = new Provenance(slots);
        ledger = new StalenessLedger(slots);
        fresh = new ReferenceWalk(machine.memory(), machine.settings().integer(MachineSetting.PHYSICAL_BITS));
        events = new RecentEvents(machine.cores());
        flushes = new FlushLedger(machine, ledger, provenance);
        listeners = new MarkListener[machine.cores()];
        holdsTables = new boolean[slots];
        agreement = new Agreement(machine, provenance, fresh, holdsTables);
        machine.memory().watch(Frame.USE_TABLE, this);
    }

    /** Watches the entries of {@code tlb}; {@code tables} for a paging-structure cache. */
    public void own(final Tlb tlb, final boolean tables) {
        provenance.own(tlb);
        if (tables) {
            tableCaches.add(tlb);
            for (int index = 0; index < tlb.capacity(); index++) {
                holdsTables[tlb.slot(index)] = true;
            }
        }
    }

    /** Tells {@code listener} of marked entries of {@code core}. */
    public void listen(final int core, final MarkListener listener) {
        listeners[core] = listener;
    }

    /** Attaches to the guest's functions; once, when the guest is loaded. */
    public void attach() {
        probes = new GuestProbes(machine, this, flushes, events);
        probes.attach();
    }

    // ---- what the caches tell

    /**
     * An entry was filled from the paging entry of {@code level} at {@code address}; {@code tables} holds the
     * tables at that level and above.
     */
    public void filled(final Tlb tlb, final int index, final long address, final long[] tables,
            final int level, final long cycle) {
        final Paging paging = pagingOf(tlb.core());
        narrowEntries |= paging == Paging.LEGACY;
        provenance.set(tlb.slot(index), paging, address, tables, level, cycle);
        watch(address);
    }

    /** A walk read the entry at {@code address}, which points to {@code table}. */
    public void readTable(final long address, final long table) {
        upperTables.add(address & Pte.ADDRESS);
        watch(address);
        watch(table);
    }

    private void watch(final long address) {
        final Frame frame = machine.memory().frame(address);
        if (frame != null) {
            frame.uses |= Frame.USE_TABLE;
        }
    }

    /** An entry was copied to another cache, with its mark if it has one. */
    public void copied(final Tlb from, final int fromIndex, final Tlb to, final int toIndex) {
        final int source = from.slot(fromIndex);
        final int target = to.slot(toIndex);
        provenance.copy(source, target);
        final Staleness record = ledger.of(source);
        if (record != null) {
            final Staleness copy = ledger.add(target);
            copy.copyFrom(record);
            copy.freedCycle = record.freedCycle;
            copy.freedBy = record.freedBy;
        }
    }

    /**
     * A new entry came from a walk that began in {@code startSlot}; if that is marked, the new one may be
     * born stale.
     */
    public void inherit(final int startSlot, final Tlb tlb, final int index, final long linear) {
        final Staleness record = startSlot == NO_SLOT ? null : ledger.of(startSlot);
        final int slot = tlb.slot(index);
        if (record == null || agreement.holds(slot, provenance.root(slot))) {
            return;
        }
        final Staleness copy = ledger.add(slot);
        copy.copyFrom(record);
        noteFreedFrame(copy);
        tlb.mark(index, true);
        listeners[tlb.core()].marked(linear);
    }

    @Override
    public void dropped(final int slot, final boolean stale) {
        provenance.clear(slot);
        if (stale) {
            ledger.remove(slot);
        }
    }

    /** The tables of and above the entry of {@code level} in {@code slot} of a paging-structure cache. */
    public void upperTables(final int slot, final int level, final long[] tables) {
        provenance.upperTables(slot, level, tables);
    }

    private Paging pagingOf(final int core) {
        final CoreContext registers = machine.core(core);
        return Paging.of(registers.cr0(), registers.cr4(), registers.efer());
    }

    /** CR3 was written, for the record. */
    public void cr3Written(final int core, final long value, final boolean noFlush) {
        events.add(core, machine.core(core).clock(), noFlush ? "CR3 noflush" : "CR3 flush", value);
    }

    /** Translations were invalidated by instruction, for the record; {@code name} is a constant. */
    public void invalidated(final int core, final String name, final long argument) {
        events.add(core, machine.core(core).clock(), name, argument);
    }

    // ---- marking

    @Override
    public void beforeStore(final Frame frame, final long physical, final int bytes, final long value,
            final int core, final long retiredCycle) {
        final long end = physical + bytes;
        for (long address = physical & -ENTRY_BYTES; address < end; address += ENTRY_BYTES) {
            final long old = frame.load((int) address & PageSize.BYTES_4K - 1, ENTRY_BYTES);
            final long changed = bytes > ENTRY_BYTES ? 0
                : PartialStore.merge(old, (int) (physical - address), bytes, value);
            if (((old ^ changed) & (narrowEntries ? -1 : SIGNIFICANT)) != 0) {
                entryChanged(frame, address, old, changed, core, retiredCycle);
            }
        }
    }

    private void entryChanged(final Frame frame, final long address, final long old, final long changed,
            final int core, final long retiredCycle) {
        if (!Pte.isPresent(old) && ledger.count() == 0 && !narrowEntries) {
            return;
        }
        fresh.suppose(address, changed);
        boolean derived = false;
        for (int slot = provenance.first(address); slot != NO_SLOT; slot = provenance.after(slot, address)) {
            judge(slot, address, old, changed, core, retiredCycle);
            derived = true;
        }
        if (upperTables.contains(frame.physical)) {
            for (int slot = 0; slot < provenance.slots(); slot++) {
                if (provenance.isOccupied(slot) && provenance.isBelow(slot, address)) {
                    judge(slot, address, old, changed, core, retiredCycle);
                    derived = true;
                }
            }
        }
        fresh.supposeNothing();
        if (!derived) {
            retireQuietFrame(frame);
        }
    }

    /** Stops watching a frame that has long ceased to be a table. */
    private void retireQuietFrame(final Frame frame) {
        if (++quietStores >= QUIET_LIMIT) {
            quietStores = 0;
            unwatch(frame);
        }
    }

    private void unwatch(final Frame frame) {
        if (!provenance.isInUse(frame.physical) && forEachPointerTo(frame.physical, slot -> { }) == 0) {
            frame.uses &= ~Frame.USE_TABLE;
            upperTables.remove(frame.physical);
        }
    }

    private void judge(final int slot, final long address, final long old, final long changed, final int core,
            final long retiredCycle) {
        final boolean agreed = agreement.holds(slot, provenance.root(slot));
        final Staleness record = ledger.of(slot);
        if (agreed && record != null) {
            unmark(slot);
        } else if (!agreed && record == null) {
            final Staleness added = ledger.add(slot);
            added.changer = core;
            added.retiredCycle = retiredCycle;
            added.drainedCycle = core < 0 ? machine.now() : machine.core(core).clock();
            added.changedEntry = address;
            added.oldValue = old;
            added.newValue = changed;
            noteFreedFrame(added);
            setMark(slot, true);
        }
    }

    private void setMark(final int slot, final boolean stale) {
        final Tlb tlb = provenance.owner(slot);
        tlb.mark(tlb.index(slot), stale);
        if (stale) {
            listeners[tlb.core()].marked(provenance.linear(slot));
        }
    }

    private void unmark(final int slot) {
        ledger.remove(slot);
        setMark(slot, false);
    }

    // ---- frames

    /** {@code core} frees a frame. */
    void freed(final CoreContext core, final long frameNumber) {
        final long physical = frameNumber << PageSize.SHIFT_4K;
        if (!machine.memory().isRam(physical)) {
            return;
        }
        freedFrames.set((int) frameNumber);
        for (int position = 0; position < ledger.count(); position++) {
            final Staleness record = ledger.at(position);
            if (pointsTo(record.slot, physical)) {
                setFreed(record, core);
            }
        }
        final Frame frame = machine.memory().frame(physical);
        if ((frame.uses & Frame.USE_TABLE) != 0) {
            forEachPointerTo(physical, slot -> freeTable(slot, core));
            unwatch(frame);
        }
    }

    /** Visits the cached pointers to the table at {@code physical}. @return how many */
    private int forEachPointerTo(final long physical, final IntConsumer visitor) {
        int pointers = 0;
        for (final Tlb cache : tableCaches) {
            for (int index = 0; index < cache.capacity() && cache.occupied() > 0; index++) {
                if (cache.isValid(index) && TlbEntry.address(cache.entry(index)) == physical) {
                    visitor.accept(cache.slot(index));
                    pointers++;
                }
            }
        }
        return pointers;
    }

    private void freeTable(final int slot, final CoreContext core) {
        Staleness record = ledger.of(slot);
        if (record == null) {
            record = ledger.add(slot);
            record.changer = core.id();
            record.retiredCycle = core.clock();
            record.drainedCycle = core.clock();
            record.changedEntry = provenance.entryAddress(slot);
            record.oldValue = machine.memory().peek(record.changedEntry, ENTRY_BYTES);
            record.newValue = record.oldValue;
            setMark(slot, true);
        }
        setFreed(record, core);
    }

    private static void setFreed(final Staleness record, final CoreContext core) {
        if (!record.isFreed()) {
            record.freedCycle = core.clock();
            record.freedBy = core.id();
        }
    }

    private boolean pointsTo(final int slot, final long physical) {
        final long address = TlbEntry.address(provenance.entry(slot));
        final int shift = holdsTables[slot] ? PageSize.SHIFT_4K : TlbTag.shift(provenance.tag(slot));
        return physical - address >= 0 && physical - address >>> shift == 0;
    }

    /** The frame may be free before its translation is stale: the kernel freed first and unmapped then. */
    private void noteFreedFrame(final Staleness record) {
        if (allocationsKnown && !holdsTables[record.slot]
                && freedFrames.get(frameOf(provenance.entry(record.slot)))) {
            record.freedCycle = record.drainedCycle;
            record.freedBy = record.changer;
        }
    }

    /** A frame was allocated. */
    void allocated(final long frameNumber) {
        if (machine.memory().isRam(frameNumber << PageSize.SHIFT_4K)) {
            freedFrames.clear((int) frameNumber);
        }
    }

    /** Allocations are announced too, so that a frame can be known to be free. */
    void allocationsAreKnown() {
        allocationsKnown = true;
    }

    // ---- judging uses

    /** A marked entry serves an access. */
    public void used(final int coreId, final Tlb tlb, final int index, final long linear, final int access) {
        final int slot = tlb.slot(index);
        final Staleness record = ledger.of(slot);
        final CoreContext core = machine.core(coreId);
        final int shift = TlbTag.shift(tlb.tag(index));
        final long root = pagingOf(coreId).root(core.cr3());
        if (agreement.holdsAt(linear, tlb.entry(index), shift, root, coreId)) {
            if (agreement.holds(slot, root)) {
                unmark(slot);
            }
            return;
        }
        if (!record.isPromised() && !record.isFreed()) {
            staleHit(core, record, linear);
            return;
        }
        if (record.isPromised()) {
            core.counters().increment(Counter.STALE_ACCESSES);
        }
        if (record.isFreed()) {
            core.counters().increment(Counter.STALE_FRAMES);
        }
        fault(record.isFreed() ? FaultClass.STALE_FRAME : FaultClass.STALE_ACCESS, core, record, linear,
            access);
    }

    /** A walk begins in a marked entry of a paging-structure cache. */
    public void walkedThrough(final int coreId, final Tlb cache, final int index, final long linear) {
        final int slot = cache.slot(index);
        final Staleness record = ledger.of(slot);
        final CoreContext core = machine.core(coreId);
        final boolean stillFree = record.isFreed() && allocationsKnown
            && freedFrames.get(frameOf(cache.entry(index)));
        if (!stillFree && agreement.holds(slot, pagingOf(coreId).root(core.cr3()))) {
            unmark(slot);
        } else if (record.isFreed()) {
            core.counters().increment(Counter.FREED_TABLE_WALKS);
            fault(FaultClass.FREED_TABLE_WALK, core, record, linear, Access.READ);
        }
    }

    private void staleHit(final CoreContext core, final Staleness record, final long linear) {
        final long age = Math.max(0, core.clock() - record.drainedCycle);
        core.counters().increment(Counter.STALE_HITS);
        tally.countHit(age);
        publish(core, FaultClass.STALE_HIT, linear, age);
    }

    private void publish(final CoreContext core, final FaultClass fault, final long linear, final long age) {
        if (machine.sink().wants(EventType.STALE_USE)) {
            machine.sink().publish(EventType.STALE_USE, core.clock(), core.id(), linear, fault.ordinal() + 1,
                age, 0);
        }
    }

    private void fault(final FaultClass fault, final CoreContext core, final Staleness record,
            final long linear, final int access) {
        final Cause cause = flushes.cause(record, core);
        tally.countFault(fault, cause);
        publish(core, fault, linear, Math.max(0, core.clock() - record.drainedCycle));
        if (!record.reported && tally.hasRoomFor(fault)) {
            record.reported = true;
            tally.keep(new ReportWriter(machine, provenance, flushes, events)
                .write(fault, cause, core, record, linear, access));
        }
        if (stopAtFirst) {
            throw new MachineStop(MachineStop.Kind.ORACLE, core.id(), 0, tally.headline(fault));
        }
    }

    // ---- what the host asks

    /** The reports so far, in order; at most the configured number of each class. */
    public List<FaultReport> reports() {
        return tally.reports();
    }

    /** How many uses were of {@code fault}; a frame fault is not counted as an access fault, too. */
    public long count(final FaultClass fault) {
        return tally.count(fault);
    }

    /** How many faults had {@code cause}. */
    public long count(final Cause cause) {
        return tally.count(cause);
    }

    /**
     * Legal stale hits by age: element n counts ages from 2^n to 2^(n+1) - 1 cycles; element 0 also age 0.
     */
    public long[] hitAges() {
        return tally.hitAges();
    }

    /** How many cached translations are marked now. */
    public int marked() {
        return ledger.count();
    }

    /** Which checks are off for this guest and why; known once the guest has begun to flush. */
    public List<String> checksThatAreOff() {
        return GuestProbes.missing(machine.symbols());
    }

    @Override
    public void transfer(final StateStream state) {
        flushes.transfer(state);
        ledger.transfer(state, flushes);
        tally.transfer(state, machine.replayCommand());
        events.transfer(state);
        allocationsKnown = state.flag("allocations_known", allocationsKnown);
        final long[] freed = state.list("freed", freedFrames.toLongArray());
        provenance.transfer(state);
        if (probes != null) {
            probes.transfer(state);
        }
        if (state.isRestoring()) {
            narrowEntries = true;
            freedFrames.clear();
            freedFrames.or(BitSet.valueOf(freed));
            upperTables.clear();
            provenance.forEachTable(holdsTables, this::watch, upperTables::add);
        }
    }

    private static int frameOf(final long entry) {
        return (int) (TlbEntry.address(entry) >>> PageSize.SHIFT_4K);
    }
}
