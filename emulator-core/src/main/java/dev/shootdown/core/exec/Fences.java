package dev.shootdown.core.exec;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/**
 * Fences, PAUSE and cache hints. MFENCE waits for the store buffer before it begins; loads and stores are in
 * order anyway, so that LFENCE and SFENCE only take time. Write-back caches are invisible: CLFLUSH is a read
 * of one byte.
 */
final class Fences {
    private Fences() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.NOP:
            case Op.SFENCE:
                break;
            case Op.PAUSE:
                core.charge(CostParam.PAUSE);
                core.counters().add(Counter.PAUSED_CYCLES, core.costs.of(CostParam.PAUSE));
                break;
            case Op.MFENCE:
                core.drainStores();
                core.charge(CostParam.MFENCE);
                break;
            case Op.LFENCE:
                core.charge(CostParam.LFENCE);
                break;
            case Op.CLFLUSH:
                core.memory.read(insn.segment, Operands.offset(core, insn), 1);
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }
}
