package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Linear;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.state.Derived;

/**
 * Words that are pushed together, on the current stack or on that of another privilege level: first
 * collected, then checked, then written, so that a fault leaves no trace. Each core has one and uses it
 * again.
 */
final class StackFrame {
    /** SS, ESP, 31 parameters, CS, EIP: the longest, of a call gate. SDM 3A 5.8.5. */
    private static final int MAX_WORDS = 36;

    private final Core core;
    @Derived("used within a step") private final long[] words = new long[MAX_WORDS];
    @Derived("used within a step") private int count;
    @Derived("used within a step") private long base;
    @Derived("used within a step") private long limit;
    @Derived("used within a step") private int attributes;
    @Derived("used within a step") private long mask;
    @Derived("used within a step") private long pointer;
    @Derived("used within a step") private int size;
    @Derived("used within a step") private int access;
    @Derived("used within a step") private int errorCode;

    StackFrame(final Core core) {
        this.core = core;
    }

    /**
     * Begins a frame on the current stack.
     *
     * @param wordBytes bytes of a word
     * @param code error code of a fault that the frame causes
     */
    StackFrame onCurrent(final int wordBytes, final int code) {
        final SegmentRegisters segments = core.segments;
        begin(wordBytes, core.stackPointer(), code, Access.WRITE | core.userAccess);
        base = core.linearBase[Seg.SS];
        limit = segments.limit[Seg.SS];
        attributes = segments.attributes[Seg.SS];
        mask = core.stackMask;
        if (core.isProtected() && !core.is64 && !segments.permits(Seg.SS, true)) {
            throw core.fault(Vector.SS, code);
        }
        return this;
    }

    /**
     * Begins a frame on a stack of 64-bit mode at {@code top}, to be written with the rights of {@code
     * level}.
     */
    StackFrame onLong(final long top, final int level, final int code) {
        begin(Long.BYTES, top, code, Access.WRITE | (level == 3 ? Access.USER : 0));
        base = 0;
        mask = -1;
        return this;
    }

    /** Begins a frame in the segment of {@code descriptor}, which is an inner level's. */
    StackFrame onSegment(final long descriptor, final long top, final int wordBytes, final int code) {
        attributes = Descriptors.attributes(descriptor);
        begin(wordBytes, top, code, Access.WRITE);
        base = Descriptors.base(descriptor);
        limit = Descriptors.limit(descriptor);
        mask = (attributes & SegmentRegisters.DB) != 0 ? SegmentRegisters.FLAT_LIMIT
            : SegmentRegisters.REAL_LIMIT;
        return this;
    }

    private void begin(final int wordBytes, final long top, final int code, final int newAccess) {
        count = 0;
        size = wordBytes;
        pointer = top;
        errorCode = code;
        access = newAccess;
    }

    StackFrame push(final long value) {
        words[count++] = value;
        return this;
    }

    /** Checks that every word can be written. */
    void check() {
        if (mask == -1) {
            checkLong();
            return;
        }
        for (int i = 1; i <= count; i++) {
            final long offset = offset(i);
            if (!SegmentRegisters.contains(attributes, limit, offset, size)) {
                throw core.fault(Vector.SS, errorCode);
            }
            core.memory.checkStack(linear(offset), size, access);
        }
    }

    /** The first word first, as its page is what CR2 then names. No frame spans three pages. */
    private void checkLong() {
        final long top = offset(count);
        if (!core.control.isCanonical(top) || !core.control.isCanonical(pointer - 1)) {
            throw core.fault(Vector.SS, errorCode);
        }
        final long first = offset(1);
        core.memory.checkStack(first, size, access);
        if ((first ^ top) >>> PageSize.SHIFT_4K != 0) {
            core.memory.checkStack(top, size, access);
        }
    }

    /** Writes what {@link #check} has allowed. @return the new stack pointer */
    long write() {
        for (int i = 1; i <= count; i++) {
            core.memory.writeStack(linear(offset(i)), size, words[i - 1], access);
        }
        return offset(count);
    }

    private long offset(final int word) {
        return pointer - (long) word * size & mask;
    }

    private long linear(final long offset) {
        return mask == -1 ? offset : base + offset & SegmentRegisters.FLAT_LIMIT;
    }
}
