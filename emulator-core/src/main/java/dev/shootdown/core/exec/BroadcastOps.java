package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;

/** INVLPGB and TLBSYNC of AMD. APM 3. */
final class BroadcastOps {
    private BroadcastOps() {
    }

    static void execute(final Core core, final Insn insn) {
        if (!core.cpuid.hasBroadcast()) {
            throw core.fault(Vector.UD);
        }
        throw core.notModelled("operation " + insn.op);
    }
}
