package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Waiting for a time or for a store: TPAUSE, MONITOR and MWAIT, UMONITOR and UMWAIT. SDM 2B, 2D, 3A 8.10. */
final class WaitOps {
    private static final long LOW_32 = 0xFFFF_FFFFL;
    private static final long BREAK_ON_MASKED = 1;

    private WaitOps() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.TPAUSE:
                checkWaitable(core, insn);
                waitUntilDeadline(core, false);
                break;
            case Op.UMONITOR:
                core.waits.arm(core.memory.touch(insn.segment, Operands.wrap(core.gpr[insn.a],
                    insn.addressSize)), true);
                break;
            case Op.UMWAIT:
                waitForStoreOrDeadline(core, insn);
                break;
            case Op.MONITOR:
                arm(core, insn);
                break;
            default:
                waitForStore(core);
                break;
        }
    }

    /** Extensions in ECX do not exist; hints in EDX are ignored. */
    private static void arm(final Core core, final Insn insn) {
        checkSupervisor(core);
        if ((core.gpr[Gpr.RCX] & LOW_32) != 0) {
            throw core.fault(Vector.GP);
        }
        core.waits.arm(core.memory.touch(insn.segment, Operands.wrap(core.gpr[Gpr.RAX],
            insn.addressSize)), false);
    }

    /** Hints in EAX are ignored: all C-states are C1. */
    private static void waitForStore(final Core core) {
        checkSupervisor(core);
        final long extensions = core.gpr[Gpr.RCX] & LOW_32;
        if ((extensions & ~BREAK_ON_MASKED) != 0) {
            throw core.fault(Vector.GP);
        }
        core.waits.waitForStore(extensions == BREAK_ON_MASKED);
    }

    private static void checkSupervisor(final Core core) {
        if (core.cpl() != 0) {
            throw core.fault(Vector.UD);
        }
    }

    private static void waitForStoreOrDeadline(final Core core, final Insn insn) {
        checkWaitable(core, insn);
        if (core.waits.isArmed(true)) {
            waitUntilDeadline(core, true);
        } else {
            core.flags.setStatus(0);
        }
    }

    /**
     * The limit of IA32_UMWAIT_CONTROL may come before the deadline in EDX:EAX; CF then says that it ended
     * the wait.
     */
    private static void waitUntilDeadline(final Core core, final boolean forStore) {
        final long now = core.timeStamp();
        final long wanted = core.gpr[Gpr.RDX] << 32 | core.gpr[Gpr.RAX] & LOW_32;
        final long most = core.msrs.umwaitControl() & ~3L;
        final boolean limited = most != 0 && Long.compareUnsigned(now + most, wanted) < 0;
        core.flags.setStatus(0);
        final long deadline = limited ? now + most : wanted;
        if (Long.compareUnsigned(deadline, now) > 0) {
            final long cycles = Math.min(deadline - now & Long.MAX_VALUE, Long.MAX_VALUE / 2);
            core.waits.pauseUntil(core.clock + cycles, forStore, limited);
        }
    }

    /** Bits 31..1 of the register must be zero. */
    private static void checkWaitable(final Core core, final Insn insn) {
        if ((core.gpr[insn.a] & LOW_32 & ~1L) != 0 || (core.cr4() & Cr4.TSD) != 0 && core.cpl() != 0) {
            throw core.fault(Vector.GP);
        }
    }
}
