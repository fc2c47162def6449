package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.spi.MachineStop;
import java.util.Arrays;

/** How a core begins: after reset, after INIT and a start-up IPI, and as boot loaders leave it. */
public final class Starting {
    private Starting() {
    }

    /** Starts as PVH and Multiboot say: 32-bit protected mode, flat segments, paging off. */
    public static void inProtectedMode(final Core core, final long eip) {
        resetRegisters(core);
        core.control.cr0 = Cr0.PE | Cr0.ET;
        flatSegments(core, SegmentRegisters.DB);
        core.rip = eip;
        Modes.update(core);
    }

    /** Starts in 64-bit mode with the paging structures at {@code cr3}. */
    public static void inLongMode(final Core core, final long entry, final long cr3) {
        resetRegisters(core);
        core.control.cr0 = Cr0.PE | Cr0.ET | Cr0.PG | Cr0.WP | Cr0.NE;
        core.control.cr4 = Cr4.PAE;
        core.control.cr3 = cr3;
        core.control.efer = Efer.LME | Efer.LMA | Efer.NXE | Efer.SCE;
        flatSegments(core, SegmentRegisters.L);
        core.rip = entry;
        Modes.update(core);
        core.mmu.modeChanged(0, 0, 0);
    }

    private static void flatSegments(final Core core, final int size) {
        for (int segment = Seg.ES; segment <= Seg.GS; segment++) {
            final boolean isCode = segment == Seg.CS;
            final int kind = isCode ? SegmentRegisters.REAL_CODE | size
                : SegmentRegisters.REAL_DATA | SegmentRegisters.DB;
            core.segments.set(segment, isCode ? 0x8 : 0x10, 0, SegmentRegisters.FLAT_LIMIT,
                SegmentRegisters.G | kind);
        }
    }

    /** As after power-up. SDM 3A table 9-1. */
    static void resetRegisters(final Core core) {
        Arrays.fill(core.gpr, 0);
        core.gpr[Gpr.RDX] = core.cpuid.signature();
        core.rip = 0;
        core.flags.setRflags(0);
        core.segments.reset();
        core.control.reset();
        core.debug.reset();
        core.cr2 = 0;
        core.boundary.reset();
        core.waits.reset();
        core.attention = true;
        Modes.setPrivilege(core, 0);
        Modes.update(core);
        core.code.leave();
    }

    /** An INIT IPI arrives. CD and NW of CR0 stay, and so do the MSRs but IA32_EFER. SDM 3A table 10-1. */
    static void init(final Core core, final long cycle) {
        if (core.id() == 0) {
            throw new MachineStop(MachineStop.Kind.RESET, 0, 0, "INIT of the bootstrap processor");
        }
        core.stores.drainAll();
        final long caching = core.control.cr0 & (Cr0.CD | Cr0.NW);
        resetRegisters(core);
        core.control.cr0 = Cr0.ET | caching;
        core.mmu.reset();
        core.interrupts.init();
        core.clock = Math.max(core.clock, cycle);
        core.activity = Activity.WAIT_FOR_SIPI;
    }

    /** A start-up IPI arrives; only a core that waits for one obeys. */
    static void startUp(final Core core, final long cycle, final int vector) {
        if (core.activity != Activity.WAIT_FOR_SIPI) {
            return;
        }
        core.segments.set(Seg.CS, vector << 8, (long) vector << 12, SegmentRegisters.REAL_LIMIT,
            SegmentRegisters.REAL_CODE);
        core.rip = 0;
        Modes.update(core);
        core.clock = Math.max(core.clock, cycle);
        core.activity = Activity.RUNNING;
        core.attention = true;
    }
}
