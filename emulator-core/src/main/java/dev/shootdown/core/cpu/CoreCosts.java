package dev.shootdown.core.cpu;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.state.Derived;

/** The costs that a core charges, looked up once. */
public final class CoreCosts {
    private static final CostParam[] ALL = CostParam.values();
    @Derived("from the settings") private final int[] cycles = new int[ALL.length];
    /** {@link CostParam#INSTRUCTION}, which every step needs. */
    public final int instruction;
    /** {@link CostParam#STORE_DRAIN}, which every store needs. */
    final int storeDrain;

    /** The costs that {@code settings} give. */
    public CoreCosts(final Settings settings) {
        for (final CostParam param : ALL) {
            cycles[param.ordinal()] = settings.integer(param);
        }
        instruction = of(CostParam.INSTRUCTION);
        storeDrain = of(CostParam.STORE_DRAIN);
    }

    /** The cycles of {@code param}. */
    public int of(final CostParam param) {
        return cycles[param.ordinal()];
    }
}
