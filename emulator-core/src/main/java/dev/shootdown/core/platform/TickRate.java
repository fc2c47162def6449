package dev.shootdown.core.platform;

/** Turns cycles of the machine's clock into ticks of a slower oscillator and back, in integers. */
final class TickRate {
    private final long hertz;
    private final long clockHertz;

    TickRate(final long hertz, final long clockKilohertz) {
        this.hertz = hertz;
        clockHertz = clockKilohertz * 1000;
    }

    /** How many ticks there have been by {@code cycle}. Whole seconds apart, so that no product overflows. */
    long ticks(final long cycle) {
        return cycle / clockHertz * hertz + cycle % clockHertz * hertz / clockHertz;
    }

    /** The first cycle by which there have been {@code tick} ticks. */
    long cycleOf(final long tick) {
        return tick / hertz * clockHertz + (tick % hertz * clockHertz + hertz - 1) / hertz;
    }
}
