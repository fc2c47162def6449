package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.decode.Insn;

/**
 * Interrupt and trap gates, and the stacks of inner privilege levels. The order of the checks is that of SDM
 * 2A "INT n"; SDM 3A 6.12, 6.14.
 */
final class Gates {
    private static final int INTERRUPT_64 = 0xE;
    private static final int TRAP_64 = 0xF;
    private static final int TASK = 5;
    private static final int TYPE_32 = 8;
    private static final int TYPE_TRAP = 1;
    private static final int IST_OFFSET = 0x24;
    private static final int RSP0_OFFSET = 4;
    private static final long STACK_ALIGN = ~0xFL;

    private Gates() {
    }

    // ---- IA-32e mode ----

    static void deliverLong(final Core core, final Delivery event) {
        final int gateCode = event.gateCode();
        final int ext = event.ext();
        final long low = gate(core, event, 16);
        final long high = core.memory.readSystem(core.segments.idtBase + event.vector * 16L + Long.BYTES,
            Long.BYTES);
        final int type = (int) (low >>> 40) & 0x1F;
        if (type != INTERRUPT_64 && type != TRAP_64) {
            throw core.fault(Vector.GP, gateCode);
        }
        checkGate(core, low, event);
        final int selector = (int) (low >>> 16) & 0xFFFF;
        final long code = handlerCode(core, selector, ext);
        final int level = handlerLevel(core, Descriptors.attributes(code));
        final int ist = (int) (low >>> 32) & 7;
        final long stack = (ist != 0 ? taskWord(core, IST_OFFSET + 8 * (ist - 1), Long.BYTES, ext)
            : level < core.cpl ? taskWord(core, RSP0_OFFSET + 8 * level, Long.BYTES, ext)
            : core.gpr[Gpr.RSP]) & STACK_ALIGN;
        final long offset = low & 0xFFFF | low >>> 32 & 0xFFFF_0000L | high << 32;
        if (!core.control.isCanonical(offset)) {
            throw core.fault(Vector.GP, ext);
        }
        final StackFrame frame = core.frame.onLong(stack, level, ext);
        frame.push(core.segments.selector[Seg.SS]).push(core.gpr[Gpr.RSP]);
        pushReturn(core, frame, event);
        frame.check();
        Descriptors.markAccessed(core, selector, code);
        final long top = frame.write();
        Descriptors.install(core, Seg.CS, selector & ~3 | level, code);
        enterHandler(core, level, type == INTERRUPT_64);
        core.gpr[Gpr.RSP] = top;
        enter(core, offset);
    }

    private static void pushReturn(final Core core, final StackFrame frame, final Delivery event) {
        frame.push(event.flags).push(core.segments.selector[Seg.CS]).push(event.returnRip);
        if (event.pushesErrorCode()) {
            frame.push(event.errorCode);
        }
    }

    private static long gate(final Core core, final Delivery event, final int bytes) {
        if ((event.vector + 1) * bytes - 1 > (core.segments.idtLimit & 0xFFFF)) {
            throw core.fault(Vector.GP, event.gateCode());
        }
        return core.memory.readSystem(core.segments.idtBase + (long) event.vector * bytes, Long.BYTES);
    }

    private static void checkGate(final Core core, final long gate, final Delivery event) {
        if (event.source == Delivery.SOFTWARE && ((int) (gate >>> 45) & 3) < core.cpl) {
            throw core.fault(Vector.GP, event.gateCode());
        }
        if ((gate >>> 47 & 1) == 0) {
            throw core.fault(Vector.NP, event.gateCode());
        }
    }

    private static long handlerCode(final Core core, final int selector, final int ext) {
        if (Descriptors.isNull(selector)) {
            throw core.fault(Vector.GP, ext);
        }
        final int errorCode = selector & Descriptors.INDEX_TI | ext;
        final long code = Descriptors.read(core, selector, Vector.GP, ext);
        final int attributes = Descriptors.attributes(code);
        final int wanted = SegmentRegisters.S | SegmentRegisters.CODE;
        final int size = attributes & (SegmentRegisters.L | SegmentRegisters.DB);
        if ((attributes & wanted) != wanted || SegmentRegisters.dpl(attributes) > core.cpl
            || core.isLong() && size != SegmentRegisters.L) {
            throw core.fault(Vector.GP, errorCode);
        }
        if ((attributes & SegmentRegisters.P) == 0) {
            throw core.fault(Vector.NP, errorCode);
        }
        return code;
    }

    private static int handlerLevel(final Core core, final int attributes) {
        return (attributes & SegmentRegisters.CONFORMING) != 0 ? core.cpl : SegmentRegisters.dpl(attributes);
    }

    /** RSP of an inner level. SDM 3A 6.14.4. */
    static long innerPointer(final Core core, final int level, final int ext) {
        return taskWord(core, RSP0_OFFSET + 8 * level, Long.BYTES, ext);
    }

    private static long taskWord(final Core core, final int offset, final int size, final int ext) {
        final SegmentRegisters segments = core.segments;
        if (offset + size - 1 > segments.limit[Seg.TR]) {
            throw core.fault(Vector.TS, segments.selector[Seg.TR] & Descriptors.INDEX_TI | ext);
        }
        return core.memory.readSystem(segments.base[Seg.TR] + offset & linearMask(core), size);
    }

    private static long linearMask(final Core core) {
        return core.isLong() ? -1 : SegmentRegisters.FLAT_LIMIT;
    }

    /**
     * Flags and privilege of a handler; SS becomes null when the level changes in IA-32e mode. SDM 3A 6.14.2.
     */
    private static void enterHandler(final Core core, final int level, final boolean interruptGate) {
        core.flags.assign(Rflags.TF | Rflags.NT | Rflags.RF | Rflags.VM, false);
        if (interruptGate) {
            core.flags.assign(Rflags.IF, false);
        }
        if (level != core.cpl) {
            if (core.isLong()) {
                nullStack(core, level);
            }
            Modes.setPrivilege(core, level);
        }
    }

    /** SS of 64-bit mode at an inner level that was entered by a gate. */
    static void nullStack(final Core core, final int level) {
        core.segments.set(Seg.SS, level, 0, SegmentRegisters.FLAT_LIMIT, SegmentRegisters.UNUSABLE);
    }

    static void enter(final Core core, final long offset) {
        core.rip = offset;
        core.gpr[Insn.RIP] = offset;
        Modes.update(core);
    }

    // ---- protected mode ----

    static void deliverProtected(final Core core, final Delivery event) {
        final long gate = gate(core, event, 8);
        final int type = (int) (gate >>> 40) & 0x1F;
        if (type != TASK && (type & 0x16) != 6) {
            throw core.fault(Vector.GP, event.gateCode());
        }
        checkGate(core, gate, event);
        if (type == TASK) {
            throw core.notModelled("a task gate");
        }
        final int ext = event.ext();
        final int selector = (int) (gate >>> 16) & 0xFFFF;
        final long code = handlerCode(core, selector, ext);
        final int level = handlerLevel(core, Descriptors.attributes(code));
        final int size = (type & TYPE_32) != 0 ? 4 : 2;
        final long offset = size == 4 ? gate & 0xFFFF | gate >>> 32 & 0xFFFF_0000L : gate & 0xFFFF;
        final boolean inward = level != core.cpl;
        final int ss = inward ? innerSelector(core, level, ext) : core.segments.selector[Seg.SS];
        final long stack = inward ? innerSegment(core, ss, level, ext) : 0;
        final StackFrame frame = inward
            ? core.frame.onSegment(stack, innerStackPointer(core, level, ext), size,
                ss & Descriptors.INDEX_TI | ext)
                .push(core.segments.selector[Seg.SS]).push(core.gpr[Gpr.RSP])
            : core.frame.onCurrent(size, ext);
        pushReturn(core, frame, event);
        frame.check();
        if (offset > Descriptors.limit(code)) {
            throw core.fault(Vector.GP, ext);
        }
        Descriptors.markAccessed(core, selector, code);
        final long top = frame.write();
        Descriptors.install(core, Seg.CS, selector & ~3 | level, code);
        if (inward) {
            Descriptors.install(core, Seg.SS, ss, stack);
        }
        enterHandler(core, level, (type & TYPE_TRAP) == 0);
        enter(core, offset);
        core.setStackPointer(top);
    }

    // ---- inner stacks outside IA-32e mode: SDM 3A 5.8.5, 7.2.1, 7.6 ----

    private static boolean isTask32(final Core core) {
        return (core.segments.attributes[Seg.TR] & TYPE_32) != 0;
    }

    /** The selector of the stack segment for {@code level}, from the task-state segment. */
    static int innerSelector(final Core core, final int level, final int ext) {
        return (int) (isTask32(core) ? taskWord(core, 8 + 8 * level, 2, ext)
            : taskWord(core, 4 + 4 * level, 2, ext));
    }

    /** The stack pointer for {@code level}, from the task-state segment. */
    static long innerStackPointer(final Core core, final int level, final int ext) {
        return isTask32(core) ? taskWord(core, 4 + 8 * level, 4, ext) : taskWord(core, 2 + 4 * level, 2, ext);
    }

    /** The checked descriptor of an inner stack, marked accessed. */
    static long innerSegment(final Core core, final int selector, final int level, final int ext) {
        if (Descriptors.isNull(selector)) {
            throw core.fault(Vector.TS, ext);
        }
        final int errorCode = selector & Descriptors.INDEX_TI | ext;
        final long data = Descriptors.read(core, selector, Vector.TS, ext);
        final int attributes = Descriptors.attributes(data);
        if ((selector & 3) != level || !Descriptors.isStack(attributes, level)) {
            throw core.fault(Vector.TS, errorCode);
        }
        if ((attributes & SegmentRegisters.P) == 0) {
            throw core.fault(Vector.SS, errorCode);
        }
        Descriptors.markAccessed(core, selector, data);
        return data;
    }
}
