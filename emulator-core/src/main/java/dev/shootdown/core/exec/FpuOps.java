package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.FpuState;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/**
 * What a kernel does with the state of x87 and SSE without computing: initialise, save, restore. SDM 1
 * 8.3.10, 10.5; 3A 13.
 */
final class FpuOps {
    /** Bytes of the image of FXSAVE. */
    private static final int IMAGE_BYTES = 512;
    private static final int IMAGE_ALIGNMENT = 16;
    /** Words of the image outside 64-bit mode: up to XMM7. */
    private static final int WORDS_32 = 36;
    private static final long LOW_48 = 0xFFFF_FFFF_FFFFL;

    private FpuOps() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.FXSAVE:
                checkPresent(core);
                saveImage(core, insn);
                break;
            case Op.FXRSTOR:
                checkPresent(core);
                restoreImage(core, insn);
                break;
            case Op.LDMXCSR:
                checkVector(core);
                loadMxcsr(core, insn);
                break;
            case Op.STMXCSR:
                checkVector(core);
                core.memory.write(insn.segment, Operands.offset(core, insn), Integer.BYTES, core.fpu.mxcsr());
                break;
            default:
                x87(core, insn);
                break;
        }
    }

    private static void x87(final Core core, final Insn insn) {
        if (insn.op == Op.FWAIT) {
            if ((core.cr0() & (Cr0.MP | Cr0.TS)) == (Cr0.MP | Cr0.TS)) {
                throw core.fault(Vector.NM);
            }
            checkPending(core);
            return;
        }
        checkPresent(core);
        switch (insn.op) {
            case Op.FNINIT:
                core.fpu.initialise();
                break;
            case Op.FNCLEX:
                core.fpu.clearExceptions();
                break;
            case Op.FLDCW:
                checkPending(core);
                core.fpu.setControl((int) core.memory.read(insn.segment, Operands.offset(core, insn), 2));
                break;
            case Op.FNSTCW:
                store(core, insn, core.fpu.control());
                break;
            case Op.FNSTSW:
                store(core, insn, core.fpu.status());
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    private static void store(final Core core, final Insn insn, final int value) {
        if (insn.a == Insn.MEMORY) {
            core.memory.write(insn.segment, Operands.offset(core, insn), 2, value);
        } else {
            Operands.setRegister(core.gpr, Gpr.RAX, 2, value);
        }
    }

    private static void checkPresent(final Core core) {
        if ((core.cr0() & (Cr0.EM | Cr0.TS)) != 0) {
            throw core.fault(Vector.NM);
        }
    }

    /** #UD comes before #NM. SDM 2B LDMXCSR. */
    private static void checkVector(final Core core) {
        if ((core.cr0() & Cr0.EM) != 0 || (core.cr4() & Cr4.OSFXSR) == 0) {
            throw core.fault(Vector.UD);
        }
        checkPresent(core);
    }

    /** An exception that FXRSTOR brought. It is told by #MF, or by a pin that no machine connects today. */
    private static void checkPending(final Core core) {
        if (core.fpu.hasPendingException()) {
            if ((core.cr0() & Cr0.NE) == 0) {
                throw core.notModelled("an x87 exception with CR0.NE clear");
            }
            throw core.fault(Vector.MF);
        }
    }

    private static void loadMxcsr(final Core core, final Insn insn) {
        final long value = core.memory.read(insn.segment, Operands.offset(core, insn), Integer.BYTES);
        checkMxcsr(core, value);
        core.fpu.setMxcsr((int) value);
    }

    private static void checkMxcsr(final Core core, final long value) {
        if ((value & ~(long) FpuState.MXCSR_MASK) != 0) {
            throw core.fault(Vector.GP);
        }
    }

    /** XMM8 to XMM15 are left out outside 64-bit mode. SDM 2A FXSAVE. */
    private static int words(final Core core) {
        return core.is64 ? FpuState.WORDS : WORDS_32;
    }

    /** Without REX.W the pointers of x87 have 32 bits and a selector, which is zero. */
    private static long pointer(final Insn insn, final int word, final long value) {
        return (word == 1 || word == 2) && insn.size != Long.BYTES ? value & LOW_48 : value;
    }

    private static void checkAlignment(final Core core, final Insn insn, final long offset) {
        if ((core.segmentBase(insn.segment) + offset & IMAGE_ALIGNMENT - 1) != 0) {
            throw core.fault(Vector.GP);
        }
    }

    private static void saveImage(final Core core, final Insn insn) {
        final long at = Operands.offset(core, insn);
        checkAlignment(core, insn, at);
        core.reservation.make(insn.segment, at, IMAGE_BYTES);
        for (int word = 0; word < words(core); word++) {
            core.reservation.write(word * Long.BYTES, Long.BYTES, pointer(insn, word, core.fpu.word(word)));
        }
    }

    private static void restoreImage(final Core core, final Insn insn) {
        final long at = Operands.offset(core, insn);
        checkAlignment(core, insn, at);
        final long[] incoming = core.fpu.incoming();
        for (int word = 0; word < words(core); word++) {
            incoming[word] = pointer(insn, word, core.memory.read(insn.segment,
                Operands.wrap(at + (long) word * Long.BYTES, insn.addressSize), Long.BYTES));
        }
        checkMxcsr(core, incoming[FpuState.MXCSR_WORD] & 0xFFFF_FFFFL);
        core.fpu.restore(words(core));
    }
}
