package dev.shootdown.mmu.oracle;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.mmu.tlb.Tlb;
import dev.shootdown.mmu.tlb.TlbEntry;
import dev.shootdown.mmu.tlb.TlbTag;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is known about one fault. */
final class ReportWriter {
    private final MachineContext machine;
    private final Provenance provenance;
    private final FlushLedger flushes;
    private final RecentEvents events;

    ReportWriter(final MachineContext machine, final Provenance provenance, final FlushLedger flushes,
            final RecentEvents events) {
        this.machine = machine;
        this.provenance = provenance;
        this.flushes = flushes;
        this.events = events;
    }

    FaultReport write(final FaultClass fault, final Cause cause, final CoreContext core,
            final Staleness record,
            final long linear, final int access) {
        final FlushPromise flush = flushes.of(record);
        final int other = flush != null ? flush.core : record.changer;
        final List<FaultReport.Event> both = new ArrayList<>(events.of(core.id()));
        if (other >= 0 && other != core.id()) {
            both.addAll(events.of(other));
        }
        return new FaultReport(fault, cause, use(fault, core, linear, access), entry(record.slot),
            new FaultReport.Change(record.changer, record.retiredCycle, record.drainedCycle,
            record.changedEntry,
                record.oldValue, record.newValue),
            flush == null ? null : flush(flush, core.id()),
            record.freedCycle, record.freedBy, List.copyOf(both), machine.replayCommand());
    }

    private FaultReport.Use use(final FaultClass fault, final CoreContext core, final long linear,
            final int access) {
        final long rip = core.rip();
        return new FaultReport.Use(core.clock(), core.id(), rip, machine.symbols().describe(rip),
            machine.symbols().nameAt(rip), task(core), linear, kind(fault, access));
    }

    private String task(final CoreContext core) {
        final GuestLayout layout = new GuestLayout(machine.symbols());
        return layout.isKnown(core) ? layout.task(core, core.id()) : "";
    }

    private static String kind(final FaultClass fault, final int access) {
        if (fault == FaultClass.FREED_TABLE_WALK) {
            return "Page walk";
        }
        switch (Access.kind(access)) {
            case Access.READ:
                return "Read";
            case Access.WRITE:
                return "Write";
            default:
                return "Fetch";
        }
    }

    private FaultReport.Entry entry(final int slot) {
        final Tlb tlb = provenance.owner(slot);
        final long tag = provenance.tag(slot);
        final long entry = provenance.entry(slot);
        return new FaultReport.Entry(tlb.name(), TlbTag.pcid(tag), TlbTag.isGlobal(tag),
            provenance.root(slot),
            TlbTag.linear(tag), TlbTag.shift(tag), TlbEntry.address(entry), rights(entry),
            provenance.filledCycle(slot));
    }

    private static String rights(final long entry) {
        return "r" + ((entry & TlbEntry.WRITABLE) != 0 ? "w" : "-")
            + ((entry & TlbEntry.NO_EXECUTE) != 0 ? "-" : "x") + ((entry & TlbEntry.USER) != 0 ? "u" : "s");
    }

    private FaultReport.Flush flush(final FlushPromise flush, final int cpu) {
        return new FaultReport.Flush(flush.id, flush.core, flush.mm, flush.start, flush.end,
            flush.freedTables,
            callers(flush), flush.enteredCycle, flush.returnedCycle, flushes.describe(flush, cpu));
    }

    /** The functions that led to the flush, innermost first, without the system-call entry. */
    private List<String> callers(final FlushPromise flush) {
        final List<String> names = new ArrayList<>();
        for (final long address : flush.callers) {
            final String name = address == 0 ? "" : machine.symbols().nameAt(address);
            if (name.isEmpty() || name.startsWith("do_syscall") || name.startsWith("entry_")) {
                break;
            }
            names.add(name);
        }
        return List.copyOf(names);
    }
}
