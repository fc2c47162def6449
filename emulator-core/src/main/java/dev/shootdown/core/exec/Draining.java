package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/**
 * Instructions that cannot begin while stores are on their way to memory, or while there is no room for more.
 */
final class Draining {
    private Draining() {
    }

    /** Whether {@code insn} cannot begin yet; the clock is then at the cycle to try again. */
    static boolean mustWait(final Core core, final Insn insn) {
        if (core.stores.isEmpty()) {
            return false;
        }
        if (drains(core, insn)) {
            core.waitUntilDrained();
            return true;
        }
        if (core.stores.isFull()) {
            core.waitForRoom();
            return true;
        }
        return false;
    }

    /** WRMSR depends on the register. */
    private static boolean drains(final Core core, final Insn insn) {
        return insn.drains && (insn.op != Op.WRMSR || core.msrs.isSerializing((int) core.gpr[Gpr.RCX]));
    }
}
