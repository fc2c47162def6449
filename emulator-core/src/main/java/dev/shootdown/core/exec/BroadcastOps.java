package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Invlpgb;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** INVLPGB and TLBSYNC of AMD. APM 3. */
final class BroadcastOps {
    private BroadcastOps() {
    }

    static void execute(final Core core, final Insn insn) {
        if (!core.cpuid.hasBroadcast()) {
            throw core.fault(Vector.UD);
        }
        SystemOps.checkPrivileged(core);
        if (insn.op == Op.TLBSYNC) {
            synchronise(core);
        } else {
            broadcast(core, insn);
        }
    }

    private static void broadcast(final Core core, final Insn insn) {
        final long rax = Operands.wrap(core.gpr[Gpr.RAX], insn.addressSize);
        final int ecx = (int) core.gpr[Gpr.RCX];
        final int edx = (int) core.gpr[Gpr.RDX];
        final int more = Invlpgb.pages(ecx) - 1;
        if (more > Invlpgb.MAX_MORE_PAGES) {
            throw core.fault(Vector.GP);
        }
        checkModelled(core, rax, ecx, edx);
        core.drainStores();
        core.counters().increment(Counter.INVLPGB);
        core.charge(CostParam.INVLPGB);
        for (int i = 0; i < more; i++) {
            core.charge(CostParam.INVLPGB_PAGE);
        }
        core.mmu().broadcastInvalidation(rax, ecx, edx);
        core.code.forgetTranslation();
    }

    private static void checkModelled(final Core core, final long rax, final int ecx, final int edx) {
        final boolean untagged = (core.cr4() & Cr4.PCIDE) == 0;
        if ((rax & Invlpgb.RESERVED_RAX) != 0 || (ecx & Invlpgb.RESERVED_ECX) != 0
            || (edx & Invlpgb.RESERVED_EDX) != 0) {
            throw core.notModelled("a reserved bit of INVLPGB");
        }
        if ((rax & Invlpgb.NESTED) != 0) {
            throw core.notModelled("INVLPGB of nested translations");
        }
        if ((rax & Invlpgb.PCID) != 0 && untagged && Invlpgb.pcid(edx) != 0) {
            throw core.notModelled("INVLPGB of a PCID with CR4.PCIDE clear");
        }
    }

    private static void synchronise(final Core core) {
        core.counters().increment(Counter.TLBSYNC);
        core.charge(CostParam.TLBSYNC);
        core.clock = Math.max(core.clock, core.mmu().broadcastsDoneCycle());
    }
}
