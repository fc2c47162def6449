package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr3;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.state.StateWriter;
import dev.shootdown.core.state.Stateful;

/** CR0, CR3, CR4 and EFER: which values they take, and what follows. SDM 3A 2.5, 4.1, 4.10.4.1. */
public final class Control implements Stateful {
    /** Physical-address bits. */
    static final int PHYSICAL_BITS = 46;
    private static final long CR4_KNOWN = Cr4.TSD | Cr4.DE | Cr4.PSE | Cr4.PAE | Cr4.MCE | Cr4.PGE | Cr4.PCE
        | Cr4.OSFXSR | Cr4.OSXMMEXCPT | Cr4.UMIP | Cr4.FSGSBASE | Cr4.PCIDE | Cr4.SMEP | Cr4.SMAP;
    private static final long CR0_KNOWN = Cr0.PE | Cr0.MP | Cr0.EM | Cr0.TS | Cr0.ET | Cr0.NE | Cr0.WP
        | Cr0.AM
        | Cr0.NW | Cr0.CD | Cr0.PG;
    private static final long CR3_RESERVED = ~Cr3.NO_FLUSH & ~((1L << PHYSICAL_BITS) - 1);

    long cr0;
    long cr3;
    long cr4;
    long efer;
    private final Core core;

    Control(final Core core) {
        this.core = core;
    }

    void reset() {
        cr0 = Cr0.RESET;
        cr3 = 0;
        cr4 = 0;
        efer = 0;
    }

    /** MOV to CR0. */
    public void writeCr0(final long value) {
        final boolean enables = (value & ~cr0 & Cr0.PG) != 0;
        final boolean disables = (cr0 & ~value & Cr0.PG) != 0;
        final boolean paging = (value & Cr0.PG) != 0;
        if (value >>> 32 != 0 || paging && (value & Cr0.PE) == 0
            || (value & Cr0.NW) != 0 && (value & Cr0.CD) == 0
            || disables && ((cr4 & Cr4.PCIDE) != 0 || core.is64)) {
            throw core.fault(Vector.GP);
        }
        if (enables) {
            checkEnable();
        }
        final long old = cr0;
        final long oldEfer = efer;
        cr0 = value & CR0_KNOWN | Cr0.ET;
        if (enables) {
            efer |= Efer.LMA;
        } else if (disables) {
            efer &= ~Efer.LMA;
        }
        changed(old, cr4, oldEfer);
    }

    private void checkEnable() {
        if ((efer & Efer.LME) == 0) {
            throw core.notModelled("paging outside IA-32e mode");
        }
        if ((cr4 & Cr4.PAE) == 0 || (core.segments.attributes[Seg.CS] & SegmentRegisters.L) != 0
            || Descriptors.hasTask16(core)) {
            throw core.fault(Vector.GP);
        }
    }

    /** MOV to CR4. */
    public void writeCr4(final long value) {
        final boolean tags = (value & ~cr4 & Cr4.PCIDE) != 0;
        final boolean inLong = core.isLong();
        if ((value & ~CR4_KNOWN) != 0 || inLong && (value & Cr4.PAE) == 0
            || tags && (!inLong || (cr3 & Cr3.PCID) != 0)) {
            throw core.fault(Vector.GP);
        }
        final long old = cr4;
        core.charge(((old ^ value) & Cr4.PGE) != 0 ? CostParam.CR4_PGE : CostParam.MOV_CR);
        cr4 = value;
        changed(cr0, old, efer);
    }

    /** MOV to CR3. */
    public void writeCr3(final long value) {
        final boolean tagged = (cr4 & Cr4.PCIDE) != 0;
        final boolean noFlush = tagged && value < 0;
        if ((value & CR3_RESERVED) != 0 || value < 0 && !tagged) {
            throw core.fault(Vector.GP);
        }
        cr3 = value & ~Cr3.NO_FLUSH;
        core.charge(noFlush ? CostParam.MOV_CR3_NOFLUSH : CostParam.MOV_CR3_FLUSH);
        core.counters().increment(Counter.CR3_WRITES);
        if (noFlush) {
            core.counters().increment(Counter.CR3_WRITES_NOFLUSH);
        }
        core.code.forgetTranslation();
        core.mmu.cr3Written(noFlush);
        final EventSink sink = core.parts.sink();
        if (sink.wants(EventType.CR3_WRITTEN)) {
            sink.publish(EventType.CR3_WRITTEN, core.clock, core.id(), value, 0, 0, 0);
        }
    }

    /** WRMSR to IA32_EFER. */
    void writeEfer(final long value) {
        final long known = Efer.SCE | Efer.LME | Efer.LMA | Efer.NXE;
        if ((value & ~known) != 0 || (cr0 & Cr0.PG) != 0 && ((value ^ efer) & Efer.LME) != 0) {
            throw core.fault(Vector.GP);
        }
        final long old = efer;
        efer = value & ~Efer.LMA | efer & Efer.LMA;
        changed(cr0, cr4, old);
    }

    private void changed(final long oldCr0, final long oldCr4, final long oldEfer) {
        Modes.update(core);
        core.mmu.modeChanged(oldCr0, oldCr4, oldEfer);
    }

    @Override
    public void save(final StateWriter out) {
        out.value("cr0", cr0);
        out.value("cr3", cr3);
        out.value("cr4", cr4);
        out.value("efer", efer);
    }
}
