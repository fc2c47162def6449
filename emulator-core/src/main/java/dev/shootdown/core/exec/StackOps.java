package dev.shootdown.core.exec;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.Descriptors;
import dev.shootdown.core.cpu.FarTransfers;
import dev.shootdown.core.cpu.GuestFault;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.decode.Op;

/** Operations on the stack. SDM 1 6.2. */
final class StackOps {
    private static final int ALL = 8;
    private static final int MAX_LEVEL = 31;

    private StackOps() {
    }

    static void execute(final Core core, final Insn insn) {
        switch (insn.op) {
            case Op.PUSH:
                push(core, insn.size, Operands.read(core, insn, insn.a, insn.size));
                break;
            case Op.POP:
                pop(core, insn);
                break;
            case Op.LEAVE:
                leave(core, insn);
                break;
            case Op.PUSHF:
                push(core, insn.size, core.flags.rflags() & ~(Rflags.VM | Rflags.RF));
                break;
            case Op.POPF:
                popFlags(core, insn);
                break;
            case Op.PUSH_SREG:
                push(core, insn.size, core.segments.selector((int) insn.imm));
                break;
            case Op.POP_SREG:
                popSegment(core, insn);
                break;
            case Op.ENTER:
                enter(core, insn);
                break;
            case Op.PUSHA:
                pushAll(core, insn.size);
                break;
            case Op.POPA:
                popAll(core, insn.size);
                break;
            default:
                throw core.notModelled("operation " + insn.op);
        }
    }

    /** Pushes; RSP moves only if the write did not fault. */
    static void push(final Core core, final int size, final long value) {
        final long top = core.stackOffset(core.stackPointer() - size);
        core.memory.write(Seg.SS, top, size, value);
        core.setStackPointer(top);
    }

    private static long top(final Core core, final int size) {
        return core.memory.read(Seg.SS, core.stackPointer(), size);
    }

    private static void drop(final Core core, final long bytes) {
        core.setStackPointer(core.stackPointer() + bytes);
    }

    /**
     * The address of a memory destination is computed with the new RSP, and RSP stays old if the write
     * faults.
     */
    private static void pop(final Core core, final Insn insn) {
        final long value = top(core, insn.size);
        final long before = core.gpr[Gpr.RSP];
        drop(core, insn.size);
        if (insn.a < Insn.MEMORY) {
            Operands.setRegister(core.gpr, insn.a, insn.size, value);
            return;
        }
        try {
            Operands.write(core, insn, value);
        } catch (final GuestFault fault) {
            core.gpr[Gpr.RSP] = before;
            throw fault;
        }
    }

    /** POP of a register that has 4 or 8 bytes. */
    static void popRegister(final Core core, final Insn insn) {
        final long value = top(core, insn.size);
        drop(core, insn.size);
        core.gpr[insn.a] = value & insn.mask();
    }

    private static void leave(final Core core, final Insn insn) {
        final long frame = core.stackOffset(core.gpr[Gpr.RBP]);
        final long value = core.memory.read(Seg.SS, frame, insn.size);
        core.setStackPointer(frame + insn.size);
        Operands.setRegister(core.gpr, Gpr.RBP, insn.size, value);
    }

    private static void popFlags(final Core core, final Insn insn) {
        final long value = top(core, insn.size);
        drop(core, insn.size);
        FarTransfers.popFlags(core, value, insn.size);
    }

    private static void popSegment(final Core core, final Insn insn) {
        final int segment = (int) insn.imm;
        Descriptors.load(core, segment, (int) top(core, insn.size) & 0xFFFF);
        drop(core, insn.size);
        if (segment == Seg.SS) {
            core.openStackShadow();
        }
    }

    /** SDM 2A ENTER: copies the outer frame pointers; what it would push first faults first. */
    private static void enter(final Core core, final Insn insn) {
        final int size = insn.size;
        final int level = insn.imm2 & MAX_LEVEL;
        final long frame = core.stackOffset(core.stackPointer() - size);
        final long low = core.stackOffset(frame - (long) level * size);
        final long[] outer = core.reservation.words;
        core.memory.checkWrite(Seg.SS, frame, size);
        for (int i = 1; i < level; i++) {
            outer[i] = pushed(core, frame, i, size);
            core.memory.checkWrite(Seg.SS, core.stackOffset(frame - (long) i * size), size);
        }
        core.memory.checkWrite(Seg.SS, low, size);
        core.memory.checkWrite(Seg.SS, core.stackOffset(low - insn.imm), 1);
        core.reservation.make(Seg.SS, low, (level + 1) * size);
        core.reservation.write(level * size, size, core.gpr[Gpr.RBP]);
        for (int i = 1; i < level; i++) {
            core.reservation.write((level - i) * size, size, outer[i]);
        }
        if (level > 0) {
            core.reservation.write(0, size, frame);
        }
        Operands.setRegister(core.gpr, Gpr.RBP, size, frame);
        core.setStackPointer(low - insn.imm);
    }

    /** The frame pointer of level {@code level}: what is in memory once the words before it are pushed. */
    private static long pushed(final Core core, final long frame, final int level, final int size) {
        final long[] outer = core.reservation.words;
        final long at = core.stackOffset(core.gpr[Gpr.RBP] - (long) level * size);
        long value = core.memory.read(Seg.SS, at, size);
        for (int i = 0; i < level; i++) {
            final long distance = frame - (long) i * size - at;
            if (distance > -size && distance < size) {
                final long word = Operands.truncate(i == 0 ? core.gpr[Gpr.RBP] : outer[i], size);
                final int shift = 8 * (int) Math.abs(distance);
                final long mask = -1L >>> Long.SIZE - 8 * size;
                value = distance < 0 ? value & ~(mask >>> shift) | word >>> shift
                    : value & ~(mask << shift) | word << shift & mask;
            }
        }
        return value;
    }

    /** What would be pushed first faults first. In a stack of 16 bits each word wraps by itself. */
    private static void pushAll(final Core core, final int size) {
        final long stack = core.stackPointer();
        final long low = core.stackOffset(stack - (long) ALL * size);
        for (int word = 1; word <= ALL; word++) {
            core.memory.checkWrite(Seg.SS, core.stackOffset(stack - (long) word * size), size);
        }
        final boolean wraps = core.stackOffset(low + (long) ALL * size - 1) < low;
        if (!wraps) {
            core.reservation.make(Seg.SS, low, ALL * size);
        }
        for (int register = 0; register < ALL; register++) {
            final long distance = (ALL - 1L - register) * size;
            if (wraps) {
                core.memory.write(Seg.SS, core.stackOffset(low + distance), size, core.gpr[register]);
            } else {
                core.reservation.write((int) distance, size, core.gpr[register]);
            }
        }
        core.setStackPointer(low);
    }

    /** All is read before a register changes; the image of RSP is dropped. */
    private static void popAll(final Core core, final int size) {
        final long stack = core.stackPointer();
        final long[] values = core.reservation.words;
        for (int i = 0; i < ALL; i++) {
            values[i] = core.memory.read(Seg.SS, core.stackOffset(stack + (long) i * size), size);
        }
        for (int i = 0; i < ALL; i++) {
            final int register = ALL - 1 - i;
            if (register != Gpr.RSP) {
                Operands.setRegister(core.gpr, register, size, values[i]);
            }
        }
        core.setStackPointer(stack + (long) ALL * size);
    }
}
