package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.apic.fabric.IpiFabric;
import dev.shootdown.core.count.Counter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines of up to 256 CPUs. Their APIC identifiers go above 254, where sockets are not full: to 399. */
class ManyCpusTest {
    private static final String BOOT = "workload=mixed duration_us=1";
    private static final String LOAD = "workload=mixed duration_us=2000";

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void shouldBoot256CpusToTheirIdleLoops() {
        final GuestRun run = new GuestRun(GuestCatalog.V6_15, 256, 7, BOOT);
        assertThat(run.toEnd().stop().status()).as(run.transcript()).isEqualTo(1);
        assertThat(run.transcript()).contains("cpus 256, features:", "x2apic", "result: pass");
        for (int cpu = 0; cpu < 256; cpu++) {
            assertThat(run.machine.core(cpu).counters().get(Counter.HALTED_CYCLES)).as("CPU " + cpu)
                .isPositive();
        }
        assertThat(run.machine.fabric().local(255).apicId()).isEqualTo(399);
    }

    @ParameterizedTest
    @Tag("slow")
    @CsvSource({"255, 20, 1", "256, 20, 1", "256, 256, 1", "256, 12, 2", "256, 64, 2", "100, 96, 1"})
    void shouldRunALoadWhateverTheSockets(final int cpus, final int cores, final int threads) {
        final GuestRun run = new GuestRun(GuestCatalog.V6_15, cpus, 7, LOAD, "machine.cores_per_socket",
            "" + cores, "machine.threads_per_core", "" + threads);
        assertThat(run.toEnd().stop().status()).as(run.transcript()).isEqualTo(1);
        assertThat(run.transcript()).contains("cpus " + cpus + ",", "result: pass");
        assertThat(((IpiFabric) run.machine.fabric()).findImbalance()).isEqualTo(-1);
        assertThat(run.machine.count(Counter.IPI_DELIVERED)).isPositive();
    }
}
