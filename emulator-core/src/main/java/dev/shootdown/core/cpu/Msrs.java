package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/** Model-specific registers. One that is not known raises #GP, as on hardware. SDM 4. */
public final class Msrs implements Stateful {
    /** Power-up value of IA32_PAT. SDM 3A 11.12.4. */
    private static final long PAT_RESET = 0x0007_0406_0007_0406L;
    /** Memory types that a PAT field may not hold: 2, 3 and 8 to 255. */
    private static final long PAT_RESERVED = 0xF8F8_F8F8_F8F8_F8F8L;
    /** Fast strings, as firmware leaves it. */
    private static final long MISC_ENABLE_RESET = 1;
    /** Bit 18 of IA32_MISC_ENABLE: MONITOR and MWAIT cannot be switched off. */
    private static final long MONITOR_ENABLED = 1 << 18;
    /** SDM 2D TPAUSE: what Linux and the power-up state leave unlimited. */
    private static final long UMWAIT_KNOWN = 0xFFFF_FFFDL;
    private static final long MICROCODE_REVISION = 1L << 32;

    private final Core core;
    private long timeStampOffset;
    private long umwaitControl;
    private long sysenterCs;
    private long sysenterEsp;
    private long sysenterEip;
    private long miscEnable = MISC_ENABLE_RESET;
    private long pat = PAT_RESET;
    private long star;
    private long lstar;
    private long cstar;
    private long fmask;
    private long kernelGsBase;
    private long tscAux;

    Msrs(final Core core) {
        this.core = core;
    }

    /** Whether WRMSR of {@code msr} lets older stores wait. SDM 3A 9.3 and 11.12.3. */
    public boolean isSerializing(final int msr) {
        return !Msr.isX2apic(msr) && msr != Msr.TSC_DEADLINE && msr != Msr.PRED_CMD;
    }

    long timeStampOffset() {
        return timeStampOffset;
    }

    /** IA32_UMWAIT_CONTROL. */
    public long umwaitControl() {
        return umwaitControl;
    }

    /** IA32_TSC_AUX. */
    public long tscAux() {
        return tscAux;
    }

    /** IA32_STAR. */
    public long star() {
        return star;
    }

    /** IA32_LSTAR. */
    public long lstar() {
        return lstar;
    }

    /** IA32_CSTAR. */
    public long cstar() {
        return cstar;
    }

    /** IA32_FMASK. */
    public long fmask() {
        return fmask;
    }

    /** IA32_SYSENTER_CS. */
    public long sysenterCs() {
        return sysenterCs;
    }

    /** IA32_SYSENTER_ESP. */
    public long sysenterEsp() {
        return sysenterEsp;
    }

    /** IA32_SYSENTER_EIP. */
    public long sysenterEip() {
        return sysenterEip;
    }

    /** SWAPGS. */
    public void swapGs() {
        final long kept = kernelGsBase;
        kernelGsBase = core.segments.base[Seg.GS];
        setSegmentBase(Seg.GS, kept);
    }

    /** Sets the hidden base of FS or GS; {@code base} is canonical. */
    public void setSegmentBase(final int segment, final long base) {
        core.segments.base[segment] = base;
        core.linearBase[segment] = base;
    }

    /** RDMSR. */
    public long read(final int msr) {
        if (core.interrupts.ownsMsr(msr)) {
            return core.interrupts.readMsr(msr);
        }
        core.charge(CostParam.RDMSR);
        switch (msr) {
            case Msr.TSC:
                return core.timeStamp();
            case Msr.TSC_ADJUST:
                return timeStampOffset;
            case Msr.BIOS_SIGN_ID:
                return MICROCODE_REVISION;
            case Msr.UMWAIT_CONTROL:
                return umwaitControl;
            case Msr.MTRRCAP:
                return 0;
            case Msr.SYSENTER_CS:
                return sysenterCs;
            case Msr.SYSENTER_ESP:
                return sysenterEsp;
            case Msr.SYSENTER_EIP:
                return sysenterEip;
            case Msr.MISC_ENABLE:
                return miscEnable | MONITOR_ENABLED;
            case Msr.PAT:
                return pat;
            default:
                return readExtended(msr);
        }
    }

    private long readExtended(final int msr) {
        switch (msr) {
            case Msr.EFER:
                return core.control.efer;
            case Msr.STAR:
                return star;
            case Msr.LSTAR:
                return lstar;
            case Msr.CSTAR:
                return cstar;
            case Msr.FMASK:
                return fmask;
            case Msr.FS_BASE:
                return core.segments.base[Seg.FS];
            case Msr.GS_BASE:
                return core.segments.base[Seg.GS];
            case Msr.KERNEL_GS_BASE:
                return kernelGsBase;
            case Msr.TSC_AUX:
                return tscAux;
            default:
                throw core.fault(Vector.GP);
        }
    }

    /** WRMSR. */
    public void write(final int msr, final long value) {
        if (core.interrupts.ownsMsr(msr)) {
            core.interrupts.writeMsr(msr, value);
            return;
        }
        if (msr == Msr.FS_BASE || msr == Msr.GS_BASE || msr == Msr.KERNEL_GS_BASE) {
            core.charge(CostParam.WRMSR_SEGMENT_BASE);
            writeBase(msr, canonical(value));
            return;
        }
        core.charge(CostParam.WRMSR);
        switch (msr) {
            case Msr.TSC:
                setTimeStampOffset(value - core.clock);
                break;
            case Msr.TSC_ADJUST:
                setTimeStampOffset(value);
                break;
            case Msr.BIOS_SIGN_ID:
                break;
            case Msr.UMWAIT_CONTROL:
                umwaitControl = known(value, UMWAIT_KNOWN);
                break;
            case Msr.SYSENTER_CS:
                sysenterCs = value;
                break;
            case Msr.SYSENTER_ESP:
                sysenterEsp = canonical(value);
                break;
            case Msr.SYSENTER_EIP:
                sysenterEip = canonical(value);
                break;
            case Msr.MISC_ENABLE:
                miscEnable = known(value, MISC_ENABLE_RESET);
                break;
            case Msr.PAT:
                pat = checkedPat(value);
                break;
            default:
                writeExtended(msr, value);
                break;
        }
    }

    private void writeExtended(final int msr, final long value) {
        switch (msr) {
            case Msr.EFER:
                core.control.writeEfer(value);
                break;
            case Msr.STAR:
                star = value;
                break;
            case Msr.LSTAR:
                lstar = canonical(value);
                break;
            case Msr.CSTAR:
                cstar = canonical(value);
                break;
            case Msr.FMASK:
                fmask = known(value, 0xFFFF_FFFFL);
                break;
            case Msr.TSC_AUX:
                tscAux = known(value, 0xFFFF_FFFFL);
                break;
            default:
                throw core.fault(Vector.GP);
        }
    }

    private void setTimeStampOffset(final long value) {
        timeStampOffset = value;
        core.interrupts.timeStampChanged();
    }

    private void writeBase(final int msr, final long value) {
        if (msr == Msr.KERNEL_GS_BASE) {
            kernelGsBase = value;
        } else {
            setSegmentBase(msr == Msr.FS_BASE ? Seg.FS : Seg.GS, value);
        }
    }

    private long canonical(final long value) {
        if (!core.control.isCanonicalBase(value)) {
            throw core.fault(Vector.GP);
        }
        return value;
    }

    private long known(final long value, final long bits) {
        if ((value & ~bits) != 0) {
            throw core.fault(Vector.GP);
        }
        return value;
    }

    private long checkedPat(final long value) {
        known(value, ~PAT_RESERVED);
        for (int shift = 0; shift < Long.SIZE; shift += 8) {
            final int type = (int) (value >>> shift) & 0xFF;
            if (type == 2 || type == 3) {
                throw core.fault(Vector.GP);
            }
        }
        return value;
    }

    @Override
    public void transfer(final StateStream state) {
        timeStampOffset = state.value("tsc_offset", timeStampOffset);
        umwaitControl = state.value("umwait_control", umwaitControl);
        sysenterCs = state.value("sysenter_cs", sysenterCs);
        sysenterEsp = state.value("sysenter_esp", sysenterEsp);
        sysenterEip = state.value("sysenter_eip", sysenterEip);
        miscEnable = state.value("misc_enable", miscEnable);
        pat = state.value("pat", pat);
        star = state.value("star", star);
        lstar = state.value("lstar", lstar);
        cstar = state.value("cstar", cstar);
        fmask = state.value("fmask", fmask);
        kernelGsBase = state.value("kernel_gs_base", kernelGsBase);
        tscAux = state.value("tsc_aux", tscAux);
    }
}
