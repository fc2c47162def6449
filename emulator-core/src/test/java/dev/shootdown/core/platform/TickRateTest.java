package dev.shootdown.core.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class TickRateTest {
    private static final long HERTZ = Pit8254.HERTZ;

    @Property
    void shouldCountExactlyHoweverLate(@ForAll @LongRange(min = 0) final long cycle,
            @ForAll @LongRange(min = 100_000, max = 10_000_000) final long khz) {
        final BigInteger exact = BigInteger.valueOf(cycle).multiply(BigInteger.valueOf(HERTZ))
            .divide(BigInteger.valueOf(khz * 1000));
        assertThat(new TickRate(HERTZ, khz).ticks(cycle)).isEqualTo(exact.longValueExact());
    }

    @Property
    void shouldNameTheFirstCycleOfATick(@ForAll @LongRange(min = 1, max = 1L << 40) final long tick,
            @ForAll @LongRange(min = 100_000, max = 10_000_000) final long khz) {
        final TickRate rate = new TickRate(HERTZ, khz);
        final long cycle = rate.cycleOf(tick);
        assertThat(rate.ticks(cycle)).isEqualTo(tick);
        assertThat(rate.ticks(cycle - 1)).isEqualTo(tick - 1);
    }
}
