package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.Attention;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.GuestFault;
import dev.shootdown.core.cpu.Vectoring;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;
import dev.shootdown.core.spi.GeneralProtection;

/** Runs a core one step at a time, by a switch over the family and, in the family, over the operation. */
public final class Interpreter {
    private Interpreter() {
    }

    /**
     * Executes one instruction (of a repeated string operation, a few iterations), or delivers one exception
     * or interrupt, or waits for the store buffer; the clock of {@code core} advances by what that took.
     */
    public static void step(final Core core) {
        if (core.attention) {
            attentively(core);
        } else {
            run(core);
        }
    }

    /** @return whether the instruction ran, or faulted; false if it must wait */
    private static boolean run(final Core core) {
        try {
            final Insn reached = core.code.insn;
            final Insn insn = reached != null ? reached : core.code.enter();
            if ((insn.drains || core.stores.isFull()) && Draining.mustWait(core, insn)) {
                return false;
            }
            if (reached == null) {
                core.code.begin(insn);
            }
            final long next = core.rip + insn.length;
            core.gpr[Insn.RIP] = next;
            core.clock += core.costs.instruction;
            Forms.execute(core, insn);
            follow(core, insn, next);
        } catch (final GuestFault fault) {
            Vectoring.raise(core, fault);
        } catch (final GeneralProtection fault) {
            Vectoring.raise(core, core.fault(Vector.GP));
        }
        return true;
    }

    /**
     * Whether the next step of {@code core} concerns nobody else: it may come before what others do in
     * earlier cycles. It must not if older stores should have drained to make room for it.
     */
    public static boolean isNextLocal(final Core core) {
        if (core.attention || core.stores.isFull()) {
            return false;
        }
        if (core.code.insn == null) {
            core.code.enterKnown();
        }
        final Insn insn = core.code.insn;
        return insn != null && insn.local;
    }

    private static void attentively(final Core core) {
        if (!Attention.attend(core) && !run(core)) {
            core.boundary.postpone(core);
        }
    }

    /** A repeated string operation that has not finished leaves rip where it is, and counts when it has. */
    private static void follow(final Core core, final Insn insn, final long next) {
        final long target = core.gpr[Insn.RIP];
        if (target == next) {
            core.code.advance(insn);
        } else if (target == core.rip && insn.family == Op.STRINGS) {
            return;
        } else {
            core.code.leave();
        }
        core.rip = target;
        core.counters().increment(Counter.INSTRUCTIONS);
    }

    /** Executes any instruction, whatever its form. */
    static void execute(final Core core, final Insn insn) {
        switch (insn.family) {
            case Op.MOVES:
                Moves.execute(core, insn);
                break;
            case Op.ARITHMETIC:
                Arithmetic.execute(core, insn);
                break;
            case Op.LOGIC:
                Logic.execute(core, insn);
                break;
            case Op.SHIFTS:
                Shifts.execute(core, insn);
                break;
            case Op.BIT_OPS:
                BitOps.execute(core, insn);
                break;
            case Op.MUL_DIV:
                MulDiv.execute(core, insn);
                break;
            case Op.STRINGS:
                Strings.execute(core, insn);
                break;
            case Op.STACK_OPS:
                StackOps.execute(core, insn);
                break;
            case Op.BRANCHES:
                Branches.execute(core, insn);
                break;
            case Op.ATOMICS:
                Atomics.execute(core, insn);
                break;
            case Op.FLAG_OPS:
                FlagOps.execute(core, insn);
                break;
            case Op.SYSTEM_OPS:
                SystemOps.execute(core, insn);
                break;
            case Op.FENCES:
                Fences.execute(core, insn);
                break;
            case Op.FPU_STATE:
                FpuOps.execute(core, insn);
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }
}
