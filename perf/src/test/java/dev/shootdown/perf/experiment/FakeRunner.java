package dev.shootdown.perf.experiment;

import dev.shootdown.core.spi.MachineStop;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers every request with numbers that depend on the kernel's name only, and remembers what it was asked.
 */
public final class FakeRunner implements MachineRunner {
    private final List<RunRequest> requests = Collections.synchronizedList(new ArrayList<>());
    private MachineStop.Kind stop = MachineStop.Kind.DEBUG_EXIT;
    private int status = RunOutcome.STATUS_GOOD;
    private List<String> checkFailures = List.of();
    private RuntimeException thrown;

    /** What was asked so far. */
    public List<RunRequest> requests() {
        return requests;
    }

    /** From now on runs end like this. */
    public FakeRunner ending(final MachineStop.Kind kind, final int exitStatus) {
        stop = kind;
        status = exitStatus;
        return this;
    }

    /** From now on the cross-checks of a run fail. */
    public FakeRunner failing(final String sentence) {
        checkFailures = List.of(sentence);
        return this;
    }

    /** From now on nothing runs. */
    public FakeRunner throwing(final RuntimeException exception) {
        thrown = exception;
        return this;
    }

    @Override
    public RunOutcome run(final RunRequest request, final Progress progress) {
        requests.add(request);
        if (thrown != null) {
            throw thrown;
        }
        progress.at(1, 1);
        return outcome(request.kernelName().equals("v6.15") ? 1 : 0);
    }

    private RunOutcome outcome(final int fixed) {
        final Map<String, Long> guest = new LinkedHashMap<>();
        guest.put("nr_tlb_remote_flush", 12_345L + 55 * fixed);
        guest.put("irq_tlb", 30_001L);
        guest.put("context_switches", 98_765L - fixed);
        final Map<String, Long> machine = new LinkedHashMap<>();
        machine.put("ipi_sent", 40_000L);
        machine.put("ipi_delivered", 40_000L);
        machine.put("dtlb_loads", 123_456_789L);
        machine.put("stale_hit", 17L);
        machine.put("stale_access", fixed == 1 ? 0L : 3L);
        final String abnormal = stop == MachineStop.Kind.DEBUG_EXIT ? ""
            : "CPU 3 rip 0xffffffff80101234 boot+0x4\n";
        return new RunOutcome(stop, status, "triple fault on CPU 3", abnormal, 48_000_000, 300_000_000,
            new HostTime(16_000_000_000L, 15_000_000_000L),
            "0123456789abcdef0123456789abcdef", machine, guest,
            fixed == 1 ? Map.of() : Map.of("CPU was switching when should_flush_tlb() asked", 3L),
            fixed == 1 ? List.of()
            : List.of("stale-access fault on CPU 3 at 0x7f0000001000\n  flushed by CPU 1\n"),
            checkFailures, List.of("cost.ipi_self", "cost.mov_cr"), List.of(),
            List.of(new HistogramSummary("ipi_latency", 40_000, 300, 560, 900, 1_900, 5_000 - 100L * fixed),
                new HistogramSummary("staleness_age", 0, 0, 0, 0, 0, 0)));
    }
}
