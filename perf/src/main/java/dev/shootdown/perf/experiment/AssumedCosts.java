package dev.shootdown.perf.experiment;

import dev.shootdown.core.cost.Confidence;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.machine.Machine;
import java.util.ArrayList;
import java.util.List;

/** Cost parameters without a source that a run charged. */
final class AssumedCosts {
    private AssumedCosts() {
    }

    /** Their keys, in the order of the table. */
    static List<String> used(final Machine machine) {
        final List<String> keys = new ArrayList<>();
        for (final CostParam param : CostParam.values()) {
            if (param.confidence() == Confidence.ASSUMED && machine.hasCharged(param)) {
                keys.add(param.key());
            }
        }
        return keys;
    }
}
