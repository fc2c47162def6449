package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr3;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/** CR0, CR3, CR4 and EFER: which values they take, and what follows. SDM 3A 2.5, 4.1, 4.10.4.1. */
public final class Control implements Stateful {
    private static final long CR4_KNOWN = Cr4.TSD | Cr4.DE | Cr4.PSE | Cr4.PAE | Cr4.MCE | Cr4.PGE | Cr4.PCE
        | Cr4.OSFXSR | Cr4.OSXMMEXCPT | Cr4.UMIP | Cr4.FSGSBASE | Cr4.PCIDE | Cr4.SMEP | Cr4.SMAP;
    private static final long CR0_KNOWN = Cr0.PE | Cr0.MP | Cr0.EM | Cr0.TS | Cr0.ET | Cr0.NE | Cr0.WP
        | Cr0.AM
        | Cr0.NW | Cr0.CD | Cr0.PG;
    /** A change of one of these reloads the directory pointers of PAE paging. SDM 3A 4.4.1. */
    private static final long CR0_RELOADS = Cr0.CD | Cr0.NW | Cr0.PG;
    private static final long CR4_RELOADS = Cr4.PAE | Cr4.PGE | Cr4.PSE | Cr4.SMEP;

    long cr0;
    long cr3;
    long cr4;
    long efer;
    private final Core core;
    private final long cr4Known;
    private final long cr3Reserved;
    private final int registerBits;
    @Derived("from CR4.LA57") private int linearBits = Linear.BITS;

    Control(final Core core) {
        this.core = core;
        final Settings settings = core.parts.settings();
        final boolean la57 = settings.flag(MachineSetting.LA57);
        cr4Known = CR4_KNOWN | (la57 ? Cr4.LA57 : 0);
        registerBits = la57 ? Linear.MAX_BITS : Linear.BITS;
        cr3Reserved = ~Cr3.NO_FLUSH & -(1L << settings.integer(MachineSetting.PHYSICAL_BITS));
    }

    /** Whether an access to {@code linear} is possible: 48 or, with CR4.LA57, 57 bits. SDM 3A 4.1.1. */
    public boolean isCanonical(final long linear) {
        return Linear.isCanonical(linear, linearBits);
    }

    /**
     * Whether {@code linear} may be loaded into a register that holds an address, such as the base of a
     * segment: that depends on the processor and not on CR4.LA57.
     */
    public boolean isCanonicalBase(final long linear) {
        return Linear.isCanonical(linear, registerBits);
    }

    void reset() {
        cr0 = Cr0.RESET;
        cr3 = 0;
        cr4 = 0;
        efer = 0;
        linearBits = Linear.BITS;
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
        if (((value ^ cr0) & CR0_RELOADS) != 0) {
            loadDirectoryPointers(value, cr4, cr3);
        }
        cr0 = value & CR0_KNOWN | Cr0.ET;
        if (enables && (efer & Efer.LME) != 0) {
            efer |= Efer.LMA;
        } else if (disables) {
            efer &= ~Efer.LMA;
        }
        changed(old, cr4, oldEfer);
    }

    private void checkEnable() {
        if ((efer & Efer.LME) == 0) {
            return;
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
        if ((value & ~cr4Known) != 0 || inLong && ((value & Cr4.PAE) == 0 || ((value ^ cr4) & Cr4.LA57) != 0)
            || tags && (!inLong || (cr3 & Cr3.PCID) != 0)) {
            throw core.fault(Vector.GP);
        }
        final long old = cr4;
        if (((value ^ cr4) & CR4_RELOADS) != 0) {
            loadDirectoryPointers(cr0, value, cr3);
        }
        core.charge(((old ^ value) & Cr4.PGE) != 0 ? CostParam.CR4_PGE : CostParam.MOV_CR);
        cr4 = value;
        changed(cr0, old, efer);
    }

    /** MOV to CR3. */
    public void writeCr3(final long value) {
        final boolean tagged = (cr4 & Cr4.PCIDE) != 0;
        final boolean noFlush = tagged && value < 0;
        if ((value & cr3Reserved) != 0 || value < 0 && !tagged) {
            throw core.fault(Vector.GP);
        }
        loadDirectoryPointers(cr0, cr4, value);
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

    /** With these registers, if they choose PAE paging. #GP(0) if a pointer sets a reserved bit. */
    private void loadDirectoryPointers(final long newCr0, final long newCr4, final long newCr3) {
        if ((efer & Efer.LME) == 0 && Paging.of(newCr0, newCr4, efer) == Paging.PAE
                && !core.mmu.loadDirectoryPointers(newCr3)) {
            throw core.fault(Vector.GP);
        }
    }

    private void changed(final long oldCr0, final long oldCr4, final long oldEfer) {
        linearBits = (cr4 & Cr4.LA57) != 0 && (efer & Efer.LMA) != 0 ? Linear.MAX_BITS : Linear.BITS;
        Modes.update(core);
        core.mmu.modeChanged(oldCr0, oldCr4, oldEfer);
    }

    @Override
    public void transfer(final StateStream state) {
        cr0 = state.value("cr0", cr0);
        cr3 = state.value("cr3", cr3);
        cr4 = state.value("cr4", cr4);
        efer = state.value("efer", efer);
    }
}
