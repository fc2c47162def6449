package dev.shootdown.core.spi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.LineDirectory.Proximity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TopologyTest {
    private static Topology topology(final int cores, final int threads) {
        return new Topology(Settings.defaultsOf(List.of(MachineSetting.values()))
            .with("machine.cores_per_socket", Integer.toString(cores), "test")
            .with("machine.threads_per_core", Integer.toString(threads), "test"));
    }

    /** What an operating system concludes from the identifiers by CPUID leaf 0xB is how cores are placed. */
    @Property(tries = 60)
    void shouldTellTheTopologyByTheBitsOfTheIdentifiers(@ForAll @IntRange(min = 1, max = 256) final int cores,
            @ForAll @IntRange(min = 1, max = 2) final int threads) {
        final Topology topology = topology(cores, threads);
        final Set<Integer> seen = new HashSet<>();
        int last = -1;
        for (int a = 0; a < 256; a++) {
            final int id = topology.apicId(a);
            assertThat(seen.add(id)).isTrue();
            assertThat(id).isGreaterThan(last);
            last = id;
            for (int b = 0; b < 256; b += 7) {
                final int other = topology.apicId(b);
                final boolean core = id >> topology.threadShift() == other >> topology.threadShift();
                final boolean socket = id >> topology.socketShift() == other >> topology.socketShift();
                final Proximity expected = core ? Proximity.SAME_CORE
                    : socket ? Proximity.SAME_SOCKET : Proximity.CROSS_SOCKET;
                assertThat(topology.between(a, b)).as(a + " and " + b).isEqualTo(expected);
            }
        }
    }
}
