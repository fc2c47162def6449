package dev.shootdown.perf.experiment;

import dev.shootdown.core.spi.MachineStop;
import java.util.List;
import java.util.Map;

/**
 * What came out of a run.
 *
 * @param stop why it ended
 * @param status for {@link MachineStop.Kind#DEBUG_EXIT} the process status {@code (v << 1) | 1}
 * @param message one line about the end
 * @param registers the register dump with symbols, for an abnormal end; otherwise empty
 * @param cycles simulated time
 * @param instructions of all cores
 * @param host what the run took of the host
 * @param digest of the machine's final state, in hexadecimal
 * @param machineCounters what the emulator counted, by label, summed over the cores
 * @param guestCounters what the guest kernel counted, by name, summed over the CPUs
 * @param faultCauses why faults happened, each with its count, most frequent first; the oracle's words
 * @param faultReports the first faults in full
 * @param checkFailures sentences about what should agree and does not; empty is good
 * @param usedAssumed keys of cost parameters that were charged and have no source
 * @param unclaimed lines about ports and addresses that the guest accessed though nothing is there
 * @param histograms distributions of latencies and ages
 */
public record RunOutcome(MachineStop.Kind stop, int status, String message, String registers, long cycles,
        long instructions, HostTime host, String digest, Map<String, Long> machineCounters,
        Map<String, Long> guestCounters, Map<String, Long> faultCauses, List<String> faultReports,
        List<String> checkFailures, List<String> usedAssumed, List<String> unclaimed,
        List<HistogramSummary> histograms) {
    /** The status of a guest that wrote 0 to the debug-exit port: all is well. */
    public static final int STATUS_GOOD = 1;

    /** Whether the guest itself chose to end. */
    public boolean ended() {
        return stop == MachineStop.Kind.DEBUG_EXIT;
    }

    /** Whether the guest ended and found nothing wrong. */
    public boolean endedWell() {
        return ended() && status == STATUS_GOOD;
    }

    /** Million guest instructions a second of one core of the host. */
    public double mips() {
        return host.mips(instructions);
    }
}
