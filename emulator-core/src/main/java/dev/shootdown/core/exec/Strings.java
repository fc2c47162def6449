package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Ports;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/**
 * String operations. A repeated one does at most {@link #BATCH} iterations in a step and leaves rip where it
 * is until it has finished, so that interrupts and other cores come between; a fault leaves the registers
 * after the last iteration that was complete. SDM 1 7.3.9.
 */
final class Strings {
    /** Iterations in one step; their stores fit the store buffer's slack. */
    private static final int BATCH = 8;
    private static final int PORT = 0xFFFF;

    private Strings() {
    }

    static void execute(final Core core, final Insn insn) {
        if (insn.repeat == Insn.REPEAT_NONE) {
            iterate(core, insn);
        } else {
            repeat(core, insn);
        }
    }

    private static void repeat(final Core core, final Insn insn) {
        final boolean compares = insn.op == Op.CMPS || insn.op == Op.SCAS;
        final boolean whileEqual = insn.repeat == Insn.REPEAT_E;
        final int batch = insn.op == Op.INS || insn.op == Op.OUTS || core.boundary.isStepping() ? 1
            : BATCH;
        long count = Operands.register(core.gpr, Gpr.RCX, insn.addressSize);
        if (count == 0) {
            return;
        }
        for (int done = 1;; done++) {
            iterate(core, insn);
            count--;
            Operands.setRegister(core.gpr, Gpr.RCX, insn.addressSize, count);
            if (count == 0 || compares && core.flags.zero() != whileEqual) {
                core.boundary.repeating(false);
                return;
            }
            if (done >= batch || core.debug.isPending()) {
                core.boundary.repeating(true);
                core.gpr[Insn.RIP] = core.rip;
                return;
            }
            core.clock += core.costs.instruction;
        }
    }

    private static void iterate(final Core core, final Insn insn) {
        final int size = insn.size;
        switch (insn.op) {
            case Op.MOVS:
                core.memory.write(Seg.ES, target(core, insn), size,
                    core.memory.read(insn.segment, source(core, insn), size));
                step(core, insn, true, true);
                break;
            case Op.STOS:
                core.memory.write(Seg.ES, target(core, insn), size, core.gpr[Gpr.RAX]);
                step(core, insn, false, true);
                break;
            case Op.LODS:
                Operands.setRegister(core.gpr, Gpr.RAX, size,
                    core.memory.read(insn.segment, source(core, insn), size));
                step(core, insn, true, false);
                break;
            case Op.CMPS:
                compare(core, core.memory.read(insn.segment, source(core, insn), size),
                    core.memory.read(Seg.ES, target(core, insn), size), size);
                step(core, insn, true, true);
                break;
            case Op.SCAS:
                compare(core, Operands.register(core.gpr, Gpr.RAX, size),
                    core.memory.read(Seg.ES, target(core, insn), size), size);
                step(core, insn, false, true);
                break;
            case Op.INS:
                input(core, insn);
                break;
            case Op.OUTS:
                output(core, insn);
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    private static void compare(final Core core, final long a, final long b, final int size) {
        core.flags.setSubtract(a, b, a - b, size);
    }

    private static void input(final Core core, final Insn insn) {
        final int port = (int) core.gpr[Gpr.RDX] & PORT;
        Ports.check(core, port, insn.size);
        core.reservation.make(Seg.ES, target(core, insn), insn.size);
        core.reservation.write(0, insn.size, Ports.in(core, port, insn.size));
        step(core, insn, false, true);
    }

    private static void output(final Core core, final Insn insn) {
        final int port = (int) core.gpr[Gpr.RDX] & PORT;
        Ports.check(core, port, insn.size);
        Ports.out(core, port, insn.size, core.memory.read(insn.segment, source(core, insn), insn.size));
        step(core, insn, true, false);
    }

    private static long source(final Core core, final Insn insn) {
        return Operands.wrap(core.gpr[Gpr.RSI], insn.addressSize);
    }

    private static long target(final Core core, final Insn insn) {
        return Operands.wrap(core.gpr[Gpr.RDI], insn.addressSize);
    }

    private static void step(final Core core, final Insn insn, final boolean source, final boolean target) {
        final long distance = core.flags.has(Rflags.DF) ? -insn.size : insn.size;
        if (source) {
            Operands.setRegister(core.gpr, Gpr.RSI, insn.addressSize, core.gpr[Gpr.RSI] + distance);
        }
        if (target) {
            Operands.setRegister(core.gpr, Gpr.RDI, insn.addressSize, core.gpr[Gpr.RDI] + distance);
        }
    }
}
