package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;

/**
 * RFLAGS. The status flags are kept as the numbers that they follow from and computed when somebody asks:
 *
 * <pre>
 *  result     sign-extended:  ZF = result == 0    SF = result &lt; 0    PF = parity of its low byte
 *  delta      flipped in result for SF and PF only, so that any combination of flags can be stored
 *  carries    carries out of each bit, the top bit moved to bit 63:  CF = bit 63   OF = bit 63 ^ bit 62
 *  auxiliary  AF = bit 4
 * </pre>
 *
 * The carries are those of Warren, Hacker's Delight, 2-13.
 */
public final class LazyFlags implements Stateful {
    private static final int SIGN = 63;
    private static final long SYSTEM = Rflags.TF | Rflags.IF | Rflags.DF | Rflags.IOPL | Rflags.NT | Rflags.RF
        | Rflags.VM | Rflags.AC | Rflags.VIF | Rflags.VIP | Rflags.ID;

    private long result = 1;
    private long delta = 1;
    private long carries;
    private long auxiliary;
    private long system;

    /** Flags of {@code sum = a + b}, or {@code a + b + 1}. */
    public void setAdd(final long a, final long b, final long sum, final int size) {
        final int shift = Long.SIZE - 8 * size;
        result = sum << shift >> shift;
        carries = (a & b | (a | b) & ~sum) << shift;
        auxiliary = a ^ b ^ sum;
        delta = 0;
    }

    /** Flags of {@code difference = a - b}, or {@code a - b - 1}. */
    public void setSubtract(final long a, final long b, final long difference, final int size) {
        final int shift = Long.SIZE - 8 * size;
        result = difference << shift >> shift;
        carries = (~a & b | (~a | b) & difference) << shift;
        auxiliary = a ^ b ^ difference;
        delta = 0;
    }

    /** Flags of {@code sum = a + 1}; CF stays. */
    public void setIncrement(final long a, final long sum, final int size) {
        final boolean carry = carry();
        setAdd(a, 1, sum, size);
        carries = pack(carry, overflow());
    }

    /** Flags of {@code difference = a - 1}; CF stays. */
    public void setDecrement(final long a, final long difference, final int size) {
        final boolean carry = carry();
        setSubtract(a, 1, difference, size);
        carries = pack(carry, overflow());
    }

    /** Flags of a logical operation: CF, OF and AF are cleared. */
    public void setLogic(final long value, final int size) {
        setResult(value, size, false, false);
    }

    /** ZF, SF and PF of {@code value}, AF cleared, CF and OF as given. */
    public void setResult(final long value, final int size, final boolean carry, final boolean overflow) {
        final int shift = Long.SIZE - 8 * size;
        result = value << shift >> shift;
        carries = pack(carry, overflow);
        auxiliary = 0;
        delta = 0;
    }

    /** CF and OF alone. */
    public void setCarryOverflow(final boolean carry, final boolean overflow) {
        carries = pack(carry, overflow);
    }

    /** CF alone. */
    public void setCarry(final boolean carry) {
        carries = pack(carry, overflow());
    }

    /** ZF alone. */
    public void setZero(final boolean zero) {
        setStatus(status() & ~Rflags.ZF | (zero ? Rflags.ZF : 0));
    }

    /** CF. */
    public boolean carry() {
        return carries < 0;
    }

    /** PF. */
    public boolean parity() {
        return (Integer.bitCount((int) (result ^ delta) & 0xFF) & 1) == 0;
    }

    /** AF. */
    public boolean auxiliary() {
        return (auxiliary & Rflags.AF) != 0;
    }

    /** ZF. */
    public boolean zero() {
        return result == 0;
    }

    /** SF. */
    public boolean sign() {
        return (result ^ delta) < 0;
    }

    /** OF. */
    public boolean overflow() {
        return (carries ^ carries << 1) < 0;
    }

    /** Whether condition code {@code condition} of Jcc holds. SDM 1 appendix B. */
    public boolean holds(final int condition) {
        final boolean positive = (condition & 1) == 0;
        switch (condition >>> 1) {
            case 0:
                return overflow() == positive;
            case 1:
                return carry() == positive;
            case 2:
                return zero() == positive;
            case 3:
                return (carry() || zero()) == positive;
            case 4:
                return sign() == positive;
            case 5:
                return parity() == positive;
            case 6:
                return (sign() != overflow()) == positive;
            default:
                return (zero() || sign() != overflow()) == positive;
        }
    }

    /** The six status flags. */
    public int status() {
        return (carry() ? Rflags.CF : 0) | (parity() ? Rflags.PF : 0) | (auxiliary() ? Rflags.AF : 0)
            | (zero() ? Rflags.ZF : 0) | (sign() ? Rflags.SF : 0) | (overflow() ? Rflags.OF : 0);
    }

    /** Sets the six status flags from the bits of RFLAGS. */
    public void setStatus(final long bits) {
        result = (bits & Rflags.ZF) == 0 ? 1 : 0;
        final boolean odd = (bits & Rflags.PF) == 0;
        delta = ((bits & Rflags.SF) == 0 ? 0 : 1L << SIGN) | result ^ (odd ? 1 : 0);
        auxiliary = bits & Rflags.AF;
        carries = pack((bits & Rflags.CF) != 0, (bits & Rflags.OF) != 0);
    }

    /** The whole register. */
    public long rflags() {
        return status() | system | Rflags.FIXED;
    }

    /** Sets the whole register; bits that do not exist are dropped. */
    void setRflags(final long value) {
        setStatus(value);
        system = value & SYSTEM;
    }

    /** Whether one of {@code bits}, which are not status flags, is set. */
    public boolean has(final long bits) {
        return (system & bits) != 0;
    }

    /** Sets or clears flags that are not status flags and that nothing has to be told about. */
    public void assign(final long bits, final boolean value) {
        system = value ? system | bits : system & ~bits;
    }

    /** As the register that they make: how it came about is no state. */
    @Override
    public void transfer(final StateStream state) {
        final long restored = state.value("rflags", rflags());
        if (state.isRestoring()) {
            setRflags(restored);
        }
    }

    private static long pack(final boolean carry, final boolean overflow) {
        return (carry ? 1L << SIGN : 0) | (carry != overflow ? 1L << SIGN - 1 : 0);
    }
}
