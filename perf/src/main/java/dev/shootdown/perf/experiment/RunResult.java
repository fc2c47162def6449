package dev.shootdown.perf.experiment;

import dev.shootdown.core.count.Counter;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run and what came out of it.
 *
 * @param request what was asked
 * @param outcome what came out
 */
public record RunResult(RunRequest request, RunOutcome outcome) {
    /** The classes of the oracle, the legal one first. */
    public static final List<Counter> FAULTS =
        List.of(Counter.STALE_HITS, Counter.STALE_ACCESSES, Counter.STALE_FRAMES, Counter.FREED_TABLE_WALKS);

    /**
     * What the guest counted, then what the emulator counted; where both know a name, the emulator's stands.
     */
    public Map<String, Long> counters() {
        final Map<String, Long> counters = new LinkedHashMap<>(outcome.guestCounters());
        counters.putAll(outcome.machineCounters());
        for (final Counter fault : FAULTS) {
            counters.remove(fault.label());
        }
        return Collections.unmodifiableMap(counters);
    }

    /** How often the class was seen. */
    public long faults(final Counter fault) {
        return outcome.machineCounters().getOrDefault(fault.label(), 0L);
    }

    /** Uses of a translation that no correct kernel permits. */
    public long illegalFaults() {
        return faults(Counter.STALE_ACCESSES) + faults(Counter.STALE_FRAMES)
            + faults(Counter.FREED_TABLE_WALKS);
    }

    /** Simulated seconds. */
    public double simulatedSeconds() {
        return (double) outcome.cycles() / request.frequencyHertz();
    }
}
