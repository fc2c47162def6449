package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Exchanges. XCHG with memory is locked without being told. SDM 3A 8.1.2. */
final class Atomics {
    private static final int PAIR_ALIGNMENT = 15;

    private Atomics() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.XCHG:
                exchange(core, insn);
                break;
            case Op.XADD:
                exchangeAdd(core, insn);
                break;
            case Op.CMPXCHG:
                compareExchange(core, insn);
                break;
            case Op.CMPXCHG_PAIR:
                if (insn.size == Long.BYTES) {
                    compareExchange16(core, insn);
                } else {
                    compareExchange8(core, insn);
                }
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    private static void exchange(final Core core, final Insn insn) {
        if (insn.a < Insn.MEMORY && insn.b < Insn.MEMORY) {
            final long a = Operands.register(core.gpr, insn.a, insn.size);
            Operands.setRegister(core.gpr, insn.a, insn.size, Operands.register(core.gpr, insn.b, insn.size));
            Operands.setRegister(core.gpr, insn.b, insn.size, a);
            return;
        }
        final int register = insn.a == Insn.MEMORY ? insn.b : insn.a;
        final long old = core.memory.beginUpdate(insn.segment, Operands.offset(core, insn), insn.size, true);
        core.memory.finishUpdate(Operands.register(core.gpr, register, insn.size));
        Operands.setRegister(core.gpr, register, insn.size, old);
    }

    private static void exchangeAdd(final Core core, final Insn insn) {
        final long a = Operands.begin(core, insn);
        final long b = Operands.register(core.gpr, insn.b, insn.size);
        final long sum = a + b;
        core.flags.setAdd(a, b, sum, insn.size);
        Operands.setRegister(core.gpr, insn.b, insn.size, a);
        Operands.finish(core, insn, sum);
    }

    /** Memory is written also when the comparison fails. */
    private static void compareExchange(final Core core, final Insn insn) {
        final long a = Operands.begin(core, insn);
        final long expected = Operands.register(core.gpr, Gpr.RAX, insn.size);
        core.flags.setSubtract(expected, a, expected - a, insn.size);
        if (a == expected) {
            Operands.finish(core, insn, Operands.register(core.gpr, insn.b, insn.size));
        } else {
            Operands.finish(core, insn, a);
            Operands.setRegister(core.gpr, Gpr.RAX, insn.size, a);
        }
    }

    private static void compareExchange8(final Core core, final Insn insn) {
        final long[] gpr = core.gpr;
        final long old = core.memory.beginUpdate(insn.segment, Operands.offset(core, insn), Long.BYTES,
            insn.lock);
        final long expected = Operands.register(gpr, Gpr.RDX, 4) << 32 | Operands.register(gpr, Gpr.RAX, 4);
        final boolean same = old == expected;
        core.memory.finishUpdate(same
            ? Operands.register(gpr, Gpr.RCX, 4) << 32 | Operands.register(gpr, Gpr.RBX, 4) : old);
        core.flags.setZero(same);
        if (!same) {
            Operands.setRegister(gpr, Gpr.RAX, 4, old);
            Operands.setRegister(gpr, Gpr.RDX, 4, old >>> 32);
        }
    }

    private static void compareExchange16(final Core core, final Insn insn) {
        final long[] gpr = core.gpr;
        final long offset = Operands.offset(core, insn);
        if ((offset + core.segmentBase(insn.segment) & PAIR_ALIGNMENT) != 0) {
            throw core.fault(Vector.GP);
        }
        final long low = core.memory.beginUpdate(insn.segment, offset, Long.BYTES, insn.lock);
        final long high = core.memory.updateHigh();
        final boolean same = low == gpr[Gpr.RAX] && high == gpr[Gpr.RDX];
        core.memory.finishUpdatePair(same ? gpr[Gpr.RBX] : low, same ? gpr[Gpr.RCX] : high);
        core.flags.setZero(same);
        if (!same) {
            gpr[Gpr.RAX] = low;
            gpr[Gpr.RDX] = high;
        }
    }
}
