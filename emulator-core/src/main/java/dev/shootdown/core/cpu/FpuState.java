package dev.shootdown.core.cpu;

import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.Arrays;

/**
 * What FXSAVE saves: the state of x87 and SSE, which no instruction here computes with. A kernel can
 * initialise it, save it, restore it and switch it between tasks. SDM 1 8.1, 10.2, 10.5.1.
 *
 * <p>It is kept as the image that FXSAVE writes in 64-bit mode with REX.W, in words of eight bytes:
 *
 * <pre>
 *   63        48 47  40 39    32 31        16 15         0
 *  +------------+------+--------+------------+------------+
 *  |    FOP     |  -   |  tags  |    FSW     |    FCW     |  0
 *  +------------+------+--------+------------+------------+
 *  |                     x87 instruction                  |  1
 *  |                     x87 data                         |  2
 *  +----------------------------+-------------------------+
 *  |         MXCSR_MASK         |          MXCSR          |  3
 *  +----------------------------+-------------------------+
 *  |   ST0 to ST7 and XMM0 to XMM15, two words each       |  4 to 51
 *  +------------------------------------------------------+
 * </pre>
 */
public final class FpuState implements Stateful {
    /** Words that have a meaning. */
    public static final int WORDS = 52;
    /** The word with MXCSR. */
    public static final int MXCSR_WORD = 3;
    /** Bits of MXCSR that exist. */
    public static final int MXCSR_MASK = 0xFFFF;
    /** Six exception flags or masks. */
    private static final int EXCEPTIONS = 0x3F;
    /** Exception flags, stack fault, summary, busy: what FNCLEX clears. */
    private static final int STATUS_EXCEPTIONS = 0x80FF;
    private static final int CONTROL_AFTER_RESET = 0x40;
    private static final int CONTROL_AFTER_FNINIT = 0x37F;
    private static final int MXCSR_AFTER_RESET = 0x1F80;
    /** All eight registers are in use: they hold zeros. */
    private static final long TAGS_AFTER_RESET = 0xFFL << 32;
    private static final long LOW_16 = 0xFFFF;
    private static final long LOW_32 = 0xFFFF_FFFFL;

    private final long[] words = new long[WORDS];
    @Derived("filled before use") private final long[] incoming = new long[WORDS];

    FpuState() {
        reset();
    }

    /** As after power-up. SDM 3A table 9-1. */
    void reset() {
        Arrays.fill(words, 0);
        words[0] = CONTROL_AFTER_RESET | TAGS_AFTER_RESET;
        words[MXCSR_WORD] = MXCSR_AFTER_RESET | (long) MXCSR_MASK << 32;
    }

    /** FNINIT. */
    public void initialise() {
        words[0] = CONTROL_AFTER_FNINIT;
        words[1] = 0;
        words[2] = 0;
    }

    /** FNCLEX. */
    public void clearExceptions() {
        words[0] &= ~((long) STATUS_EXCEPTIONS << 16);
    }

    /** FCW. */
    public int control() {
        return (int) (words[0] & LOW_16);
    }

    /** FLDCW. Bits that do not exist read as the processor has them: bit 6 is one. */
    public void setControl(final int value) {
        words[0] = words[0] & ~LOW_16 | value & 0x1F3F | CONTROL_AFTER_RESET;
    }

    /** FSW. */
    public int status() {
        return (int) (words[0] >>> 16 & LOW_16);
    }

    /** Whether the next waiting x87 instruction raises #MF. */
    public boolean hasPendingException() {
        return (status() & ~control() & EXCEPTIONS) != 0;
    }

    /** MXCSR. */
    public int mxcsr() {
        return (int) words[MXCSR_WORD];
    }

    /** LDMXCSR; {@code value} has no bits outside {@link #MXCSR_MASK}. */
    public void setMxcsr(final int value) {
        words[MXCSR_WORD] = words[MXCSR_WORD] & ~LOW_32 | value;
    }

    /** Word {@code index} of the image. */
    public long word(final int index) {
        return words[index];
    }

    /** Where FXRSTOR collects an image before anything changes. */
    public long[] incoming() {
        return incoming;
    }

    /** FXRSTOR: the first {@code count} of the collected words become the state. */
    public void restore(final int count) {
        System.arraycopy(incoming, 0, words, 0, count);
        words[0] &= ~(0xFFL << 40);
        words[0] = words[0] & ~LOW_16 | control() & 0x1F3F | CONTROL_AFTER_RESET;
        words[MXCSR_WORD] = words[MXCSR_WORD] & LOW_32 | (long) MXCSR_MASK << 32;
    }

    @Override
    public void transfer(final StateStream state) {
        state.values("fpu", words);
    }
}
