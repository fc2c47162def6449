package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Cr3;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** INVLPG and INVPCID. SDM 2A, 3A 4.10.4.1. */
final class TlbOps {
    private static final int ADDRESS = 0;
    private static final int CONTEXT = 1;
    private static final int ALL_GLOBAL = 2;
    private static final int MAX_TYPE = 3;

    private TlbOps() {
    }

    static void execute(final Core core, final Insn insn) {
        if (insn.op == Op.INVLPGB || insn.op == Op.TLBSYNC) {
            BroadcastOps.execute(core, insn);
            return;
        }
        SystemOps.checkPrivileged(core);
        if (insn.op == Op.INVLPG) {
            invalidatePage(core, insn);
        } else {
            invalidateTagged(core, insn);
        }
        core.code.forgetTranslation();
    }

    /** A non-canonical address does nothing. */
    private static void invalidatePage(final Core core, final Insn insn) {
        final long sum = core.segmentBase(insn.segment) + Operands.offset(core, insn);
        final long linear = core.is64 ? sum : Integer.toUnsignedLong((int) sum);
        core.charge(CostParam.INVLPG);
        core.counters().increment(Counter.INVLPG);
        if (core.control.isCanonical(linear)) {
            core.mmu().invlpg(linear);
        }
    }

    private static void invalidateTagged(final Core core, final Insn insn) {
        final long type = Operands.register(core.gpr, insn.a, core.is64 ? Long.BYTES : Integer.BYTES);
        final long offset = Operands.offset(core, insn);
        final long tag = core.memory.read(insn.segment, offset, Long.BYTES);
        final long linear = core.memory.read(insn.segment, offset + Long.BYTES, Long.BYTES);
        final boolean single = type == ADDRESS || type == CONTEXT;
        final boolean tagged = (core.cr4() & Cr4.PCIDE) != 0;
        if (type < 0 || type > MAX_TYPE || (tag & ~Cr3.PCID) != 0 || single && !tagged && tag != 0
            || type == ADDRESS && !core.control.isCanonical(linear)) {
            throw core.fault(Vector.GP);
        }
        core.charge(cost((int) type));
        core.counters().increment(Counter.INVPCID);
        core.mmu().invpcid((int) type, (int) tag, linear);
    }

    private static CostParam cost(final int type) {
        switch (type) {
            case ADDRESS:
                return CostParam.INVPCID_ADDRESS;
            case CONTEXT:
                return CostParam.INVPCID_CONTEXT;
            case ALL_GLOBAL:
                return CostParam.INVPCID_ALL_GLOBAL;
            default:
                return CostParam.INVPCID_ALL;
        }
    }
}
