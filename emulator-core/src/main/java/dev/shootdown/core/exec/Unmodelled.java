package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.OpTable;

/**
 * How an instruction ends that the decoder knows and no family executes. Of an extension that CPUID does not
 * offer, and whose enabling bit cannot be set, it is #UD, as on a processor without it. x87, MMX and SSE are
 * different, because 64-bit programs use them without asking: where a real processor would compute, the
 * machine stops by name. SDM 3A tables 2-2 and 13-1.
 */
final class Unmodelled {
    private Unmodelled() {
    }

    /** What to throw. */
    static RuntimeException end(final Core core, final Insn insn) {
        final String name = OpTable.notModelledName(insn);
        final long cr0 = core.cr0();
        final boolean absent = (cr0 & (Cr0.EM | Cr0.TS)) != 0;
        switch (name) {
            case "x87":
                return absent ? core.fault(Vector.NM) : core.notModelled(name);
            case "mmx":
                return endVector(core, name, (cr0 & Cr0.EM) != 0);
            case "sse":
                return endVector(core, name, (cr0 & Cr0.EM) != 0 || (core.cr4() & Cr4.OSFXSR) == 0);
            default:
                return core.fault(Vector.UD);
        }
    }

    private static RuntimeException endVector(final Core core, final String name, final boolean undefined) {
        if (undefined) {
            return core.fault(Vector.UD);
        }
        return (core.cr0() & Cr0.TS) != 0 ? core.fault(Vector.NM) : core.notModelled(name);
    }
}
