package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.decode.Insn;

/**
 * Far JMP and CALL to what is not a code segment. Call gates are followed, task gates and task-state segments
 * stop the machine. SDM 3A 5.8.3 to 5.8.5, 7.3; 2A CALL.
 *
 * <pre>
 *  63          48 47 46 45 44 43  40 39   37 36      32 31         16 15          0
 * +--------------+--+-----+--+------+-------+----------+-------------+-------------+
 * | offset 31:16 | P| DPL | 0| type |   0   |  words   |  selector   | offset 15:0 |
 * +--------------+--+-----+--+------+-------+----------+-------------+-------------+
 * </pre>
 */
final class CallGates {
    private static final int GATE_16 = 4;
    private static final int GATE_32 = 0xC;
    private static final int TASK_GATE = 5;
    private static final int TASK_16 = 1;
    private static final int TASK_32 = 9;
    private static final int WORDS = 0x1F;

    private CallGates() {
    }

    static void jump(final Core core, final int selector, final long gate) {
        check(core, selector, gate);
        final int target = target(core, gate);
        final long code = code(core, target);
        final int attributes = Descriptors.attributes(code);
        if (!isConforming(attributes) && SegmentRegisters.dpl(attributes) != core.cpl) {
            throw core.fault(Vector.GP, target & Descriptors.INDEX_TI);
        }
        FarTransfers.checkPresent(core, target, attributes);
        final long offset = offset(core, selector, gate);
        FarTransfers.checkOffset(core, code, offset);
        Descriptors.markAccessed(core, target, code);
        FarTransfers.enter(core, target & ~3 | core.cpl, code, offset);
    }

    static void call(final Core core, final int selector, final long gate) {
        check(core, selector, gate);
        final int target = target(core, gate);
        final long code = code(core, target);
        final int attributes = Descriptors.attributes(code);
        FarTransfers.checkPresent(core, target, attributes);
        final long offset = offset(core, selector, gate);
        Descriptors.markAccessed(core, target, code);
        if (isConforming(attributes) || SegmentRegisters.dpl(attributes) == core.cpl) {
            FarTransfers.callSame(core, target, code, offset, size(core, gate));
        } else if (core.isLong()) {
            inwardLong(core, target, code, offset);
        } else {
            inward(core, target, code, offset, gate);
        }
    }

    private static int size(final Core core, final long gate) {
        return core.isLong() ? Long.BYTES : (Descriptors.attributes(gate) & 0xF) == GATE_32 ? 4 : 2;
    }

    private static boolean isConforming(final int attributes) {
        return (attributes & SegmentRegisters.CONFORMING) != 0;
    }

    /** That {@code gate} is a gate that may be used from here. */
    private static void check(final Core core, final int selector, final long gate) {
        final int attributes = Descriptors.attributes(gate);
        final int type = attributes & 0xF;
        final boolean task = !core.isLong() && (type == TASK_GATE || type == TASK_16 || type == TASK_32);
        final boolean call = type == GATE_32 || type == GATE_16 && !core.isLong();
        final int dpl = SegmentRegisters.dpl(attributes);
        if (!task && !call || dpl < core.cpl || dpl < (selector & 3)
            || core.isLong() && (Descriptors.readHigh(core, selector) >>> 40 & 0x1F) != 0) {
            throw core.fault(Vector.GP, selector & Descriptors.INDEX_TI);
        }
        FarTransfers.checkPresent(core, selector, attributes);
        if (task) {
            throw core.notModelled("a task switch");
        }
    }

    private static int target(final Core core, final long gate) {
        final int selector = (int) (gate >>> 16) & 0xFFFF;
        if (Descriptors.isNull(selector)) {
            throw core.fault(Vector.GP);
        }
        return selector;
    }

    private static long offset(final Core core, final int selector, final long gate) {
        final long low = gate & 0xFFFF;
        if (size(core, gate) == 2) {
            return low;
        }
        final long middle = gate >>> 32 & 0xFFFF_0000L;
        return core.isLong() ? low | middle | Descriptors.readHigh(core, selector) << 32 : low | middle;
    }

    private static long code(final Core core, final int selector) {
        final long code = Descriptors.read(core, selector, Vector.GP, 0);
        final int attributes = Descriptors.attributes(code);
        if (!FarTransfers.isCode(core, attributes) || SegmentRegisters.dpl(attributes) > core.cpl
            || core.isLong() && (attributes & SegmentRegisters.L) == 0) {
            throw core.fault(Vector.GP, selector & Descriptors.INDEX_TI);
        }
        return code;
    }

    private static void inwardLong(final Core core, final int selector, final long code, final long offset) {
        final int level = SegmentRegisters.dpl(Descriptors.attributes(code));
        final StackFrame frame = core.frame.onLong(Gates.innerPointer(core, level, 0), level, 0);
        frame.push(core.segments.selector[Seg.SS]).push(core.gpr[Gpr.RSP])
            .push(core.segments.selector[Seg.CS]).push(core.gpr[Insn.RIP]).check();
        FarTransfers.checkOffset(core, code, offset);
        final long top = frame.write();
        Gates.nullStack(core, level);
        Modes.setPrivilege(core, level);
        core.gpr[Gpr.RSP] = top;
        FarTransfers.enter(core, selector & ~3 | level, code, offset);
    }

    /** Parameters come along from the old stack to the new one. */
    private static void inward(final Core core, final int selector, final long code, final long offset,
            final long gate) {
        final int level = SegmentRegisters.dpl(Descriptors.attributes(code));
        final int size = size(core, gate);
        final int ss = Gates.innerSelector(core, level, 0);
        final long pointer = Gates.innerStackPointer(core, level, 0);
        final long stack = Gates.innerSegment(core, ss, level, 0);
        final StackFrame frame = core.frame.onSegment(stack, pointer, size, ss & Descriptors.INDEX_TI);
        frame.push(core.segments.selector[Seg.SS]).push(core.gpr[Gpr.RSP]);
        for (int i = ((int) (gate >>> 32) & WORDS) - 1; i >= 0; i--) {
            final long at = core.stackOffset(core.stackPointer() + (long) i * size);
            frame.push(core.memory.read(Seg.SS, at, size));
        }
        frame.push(core.segments.selector[Seg.CS]).push(core.gpr[Insn.RIP]).check();
        FarTransfers.checkOffset(core, code, offset);
        final long top = frame.write();
        Descriptors.install(core, Seg.SS, ss, stack);
        Modes.setPrivilege(core, level);
        FarTransfers.enter(core, selector & ~3 | level, code, offset);
        core.setStackPointer(top);
    }
}
