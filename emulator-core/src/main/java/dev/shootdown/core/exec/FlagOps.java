package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.LazyFlags;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Operations on flags. SDM 1 5.1.13. */
final class FlagOps {
    private static final int AH = Insn.HIGH_BYTE;
    private static final int LOW_FLAGS = Rflags.STATUS & ~Rflags.OF;

    private FlagOps() {
    }

    static void execute(final Core core, final Insn insn) {
        final LazyFlags flags = core.flags;
        switch (insn.op) {
            case Op.CLC:
                flags.setCarry(false);
                break;
            case Op.STC:
                flags.setCarry(true);
                break;
            case Op.CMC:
                flags.setCarry(!flags.carry());
                break;
            case Op.CLD:
                flags.assign(Rflags.DF, false);
                break;
            case Op.STD:
                flags.assign(Rflags.DF, true);
                break;
            case Op.CLI:
                checkIopl(core);
                flags.assign(Rflags.IF, false);
                break;
            case Op.STI:
                enableInterrupts(core);
                break;
            case Op.LAHF:
                Operands.setRegister(core.gpr, AH, 1, flags.status() & LOW_FLAGS | Rflags.FIXED);
                break;
            case Op.SAHF:
                flags.setStatus(flags.status() & Rflags.OF | Operands.register(core.gpr, AH, 1) & LOW_FLAGS);
                break;
            case Op.CLAC:
            case Op.STAC:
                access(core, insn);
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    private static void checkIopl(final Core core) {
        final int iopl = ((int) core.flags.rflags() & Rflags.IOPL) >> Rflags.IOPL_SHIFT;
        if (core.isProtected() && core.cpl() > iopl) {
            throw core.fault(Vector.GP);
        }
    }

    /** Interrupts stay away for one more instruction if they were off. SDM 2B STI. */
    private static void enableInterrupts(final Core core) {
        checkIopl(core);
        if (!core.flags.has(Rflags.IF)) {
            core.flags.assign(Rflags.IF, true);
            core.openShadow();
        }
    }

    /** Whether CR4.SMAP is set does not matter. SDM 2A CLAC, 2B STAC. */
    private static void access(final Core core, final Insn insn) {
        if (core.cpl() != 0) {
            throw core.fault(Vector.UD);
        }
        core.setAccessFlag(insn.op == Op.STAC);
    }
}
