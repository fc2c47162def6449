package dev.shootdown.core.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Rflags;
import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

final class LazyFlagsTest {
    private final LazyFlags flags = new LazyFlags();

    private static int base(final BigInteger exact, final long result, final int bits) {
        final long masked = bits == 64 ? result : result & (1L << bits) - 1;
        return ((Long.bitCount(masked & 0xFF) & 1) == 0 ? Rflags.PF : 0) | (masked == 0 ? Rflags.ZF : 0)
            | ((masked >>> bits - 1 & 1) != 0 ? Rflags.SF : 0)
            | (exact.signum() < 0 || exact.bitLength() > bits ? Rflags.CF : 0);
    }

    private static BigInteger unsigned(final long value, final int bits) {
        return new BigInteger(Long.toUnsignedString(bits == 64 ? value : value & (1L << bits) - 1));
    }

    private static BigInteger signed(final long value, final int bits) {
        return BigInteger.valueOf(value << 64 - bits >> 64 - bits);
    }

    private static int overflow(final BigInteger exact, final int bits) {
        return exact.bitLength() >= bits ? Rflags.OF : 0;
    }

    @Property
    void shouldGiveTheFlagsOfAddition(@ForAll final long a, @ForAll final long b, @ForAll final boolean carry,
            @ForAll @IntRange(max = 3) final int log) {
        final int bits = 8 << log;
        final int in = carry ? 1 : 0;
        final BigInteger exact = unsigned(a, bits).add(unsigned(b, bits)).add(BigInteger.valueOf(in));
        flags.setAdd(a, b, a + b + in, 1 << log);
        final int auxiliary = (a & 15) + (b & 15) + in > 15 ? Rflags.AF : 0;
        assertThat(flags.status()).isEqualTo(base(exact, a + b + in, bits) | auxiliary
            | overflow(signed(a, bits).add(signed(b, bits)).add(BigInteger.valueOf(in)), bits));
    }

    @Property
    void shouldGiveTheFlagsOfSubtraction(@ForAll final long a, @ForAll final long b,
        @ForAll final boolean borrow,
            @ForAll @IntRange(max = 3) final int log) {
        final int bits = 8 << log;
        final int in = borrow ? 1 : 0;
        final BigInteger exact = unsigned(a, bits).subtract(unsigned(b,
            bits)).subtract(BigInteger.valueOf(in));
        flags.setSubtract(a, b, a - b - in, 1 << log);
        final int auxiliary = (a & 15) - (b & 15) - in < 0 ? Rflags.AF : 0;
        assertThat(flags.status()).isEqualTo(base(exact, a - b - in, bits) | auxiliary
            | overflow(signed(a, bits).subtract(signed(b, bits)).subtract(BigInteger.valueOf(in)), bits));
    }

    @Property(tries = 64)
    void shouldKeepAnyCombination(@ForAll @IntRange(max = 0xFFF) final int bits) {
        flags.setStatus(bits);
        assertThat(flags.status()).isEqualTo(bits & Rflags.STATUS);
    }

    @Property
    void shouldKeepCarryInIncrementAndDecrement(@ForAll final long a, @ForAll final boolean carry) {
        flags.setCarry(carry);
        flags.setIncrement(a, a + 1, 8);
        assertThat(flags.carry()).isEqualTo(carry);
        assertThat(flags.overflow()).isEqualTo(a == Long.MAX_VALUE);
        flags.setDecrement(a, a - 1, 8);
        assertThat(flags.carry()).isEqualTo(carry);
        assertThat(flags.overflow()).isEqualTo(a == Long.MIN_VALUE);
    }
}
