package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.apic.fabric.Icr;
import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.MachineStop;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who gets a message, against a second reading of SDM 3A 11.6.2 and 11.12.10, bit by bit. */
class DestinationLawTest {
    private static final int VECTOR = 0xFD;
    private static final int CORES = 24;
    /** More than any message takes. */
    private static final long LONG = 100_000;

    private static Set<Integer> requesting(final ApicBench machine) {
        final Set<Integer> cores = new TreeSet<>();
        for (int core = 0; core < machine.cores(); core++) {
            if (machine.apic(core).isRequesting()) {
                cores.add(core);
            }
        }
        return cores;
    }

    @Property(tries = 200)
    void shouldMatchLogicalDestinationsOfXapics(@ForAll final boolean flat,
            @ForAll @Size(8) final List<@IntRange(max = 255) Integer> logicalIds,
            @ForAll @IntRange(max = 255) final int destination) {
        final ApicBench machine = ApicBench.xapic(8);
        final Set<Integer> expected = new TreeSet<>();
        for (int core = 0; core < 8; core++) {
            machine.write(core, ApicRegisters.DFR, flat ? 0xFFFF_FFFFL : 0x0FFF_FFFFL);
            machine.write(core, ApicRegisters.LDR, (long) logicalIds.get(core) << 24);
            if (destination == 0xFF || sharesMember(logicalIds.get(core), destination, flat)) {
                expected.add(core);
            }
        }
        machine.sendXapic(0, Icr.withLogical(Icr.xapic(destination, Icr.FIXED, VECTOR)));
        machine.runTo(LONG);
        assertThat(requesting(machine)).isEqualTo(expected);
    }

    private static boolean sharesMember(final int a, final int b, final boolean flat) {
        boolean shared = false;
        for (int bit = 0; bit < (flat ? 8 : 4); bit++) {
            shared |= (a >> bit & 1) == 1 && (b >> bit & 1) == 1;
        }
        return shared && (flat || a / 16 == b / 16);
    }

    @Property(tries = 200)
    void shouldMatchClustersOfX2apicsWithOneSend(@ForAll @IntRange(max = 2) final int cluster,
            @ForAll @IntRange(min = 1, max = 0xFFFF) final int members,
            @ForAll @IntRange(max = CORES - 1) final int sender) {
        final ApicBench machine = ApicBench.x2apic(CORES);
        final Set<Integer> expected = new TreeSet<>();
        for (int member = 0; member < 16; member++) {
            if ((members >> member & 1) == 1 && cluster * 16 + member < CORES) {
                expected.add(cluster * 16 + member);
            }
        }
        machine.send(sender, Icr.withLogical(Icr.x2apic((long) cluster << 16 | members, Icr.FIXED, VECTOR)));
        assertThat(machine.core(sender).charged).isEqualTo(200);
        machine.runTo(LONG);
        assertThat(requesting(machine)).isEqualTo(expected);
        assertThat(machine.count(sender, Counter.IPI_SENT)).isEqualTo(expected.size());
    }

    /** A set of cores is reached by one send for each cluster that has one of them. */
    @Property(tries = 80)
    void shouldCostOneSendForEachClusterOfASet(
            @ForAll @Size(min = 1, max = 64) final Set<@IntRange(max = 127) Integer> targets) {
        final ApicBench machine = ApicBench.x2apic(128);
        int sends = 0;
        for (int cluster = 0; cluster < 8; cluster++) {
            int members = 0;
            for (final int target : targets) {
                members |= target / 16 == cluster ? 1 << target % 16 : 0;
            }
            if (members != 0) {
                machine.send(0, Icr.withLogical(Icr.x2apic((long) cluster << 16 | members, Icr.FIXED,
                    VECTOR)));
                machine.runTo(++sends * 200L);
            }
        }
        assertThat(machine.core(0).charged).isEqualTo(sends * 200L);
        machine.runTo(LONG);
        assertThat(requesting(machine)).isEqualTo(new TreeSet<>(targets));
        for (final int target : targets) {
            final long flight = target < 2 ? 300 : target < 8 ? 550 : 1500;
            final String last = machine.core(target).calls.get(0);
            final long leaves = Long.parseLong(last.substring(last.indexOf('@') + 1)) - flight;
            assertThat(leaves % 200).as("target " + target).isZero();
            assertThat(leaves).isBetween(200L, sends * 200L);
        }
    }

    /** APICs that are disabled, in xAPIC or in x2APIC mode, all in one machine. */
    @Property(tries = 200)
    void shouldReachPhysicalDestinationsInAnyMixOfModes(
            @ForAll @Size(12) final List<@IntRange(max = 2) Integer> modes,
            @ForAll @IntRange(max = 12) final int destination,
            @ForAll @IntRange(max = 3) final int shorthand) {
        final ApicBench machine = ApicBench.xapic(12);
        final Set<Integer> expected = new TreeSet<>();
        final int all = 12;
        for (int core = 1; core < 12; core++) {
            final long base = ApicBase.RESET_PAGE;
            if (modes.get(core) != 1) {
                machine.apic(core).writeMsr(Msr.APIC_BASE, modes.get(core) == 0 ? base
                    : base | ApicBase.ENABLED | ApicBase.X2APIC);
            }
        }
        for (int core = 0; core < 12; core++) {
            final boolean addressed = shorthand == Icr.SELF ? core == 0 : shorthand == Icr.ALL
                || (shorthand == Icr.ALL_BUT_SELF ? core != 0 : destination == all || destination == core);
            if (addressed && (core == 0 || modes.get(core) != 0)) {
                expected.add(core);
            }
        }
        machine.sendXapic(0, Icr.withShorthand(Icr.xapic(destination == all ? 0xFF : destination, Icr.FIXED,
            VECTOR), shorthand));
        machine.runTo(LONG);
        assertThat(requesting(machine)).isEqualTo(expected);
    }

    @Property(tries = 200)
    void shouldGiveALowestPriorityMessageToOneWithTheLeast(
            @ForAll @Size(8) final List<@IntRange(max = 255) Integer> priorities,
            @ForAll @IntRange(min = 1, max = 255) final int candidates) {
        final ApicBench machine = ApicBench.xapic(8);
        int best = -1;
        for (int core = 0; core < 8; core++) {
            machine.write(core, ApicRegisters.LDR, 1L << 24 + core);
            machine.write(core, ApicRegisters.TPR, priorities.get(core));
            if ((candidates >> core & 1) == 1 && (best < 0 || priorities.get(core) < priorities.get(best))) {
                best = core;
            }
        }
        machine.sendXapic(3, Icr.withLogical(Icr.xapic(candidates, Icr.LOWEST_PRIORITY, VECTOR)));
        machine.runTo(LONG);
        final List<Integer> requested = new ArrayList<>();
        for (int core = 0; core < 8; core++) {
            if (machine.apic(core).mmioRead(ApicBase.RESET_PAGE + 0x270, 4) != 0) {
                requested.add(core);
            }
        }
        assertThat(requested).containsExactly(best);
    }

    /** SDM 3A table 11-3: what each shorthand allows. 0 fixed, 1 lowest, 2 SMI, 4 NMI, 5 INIT, 6 start-up. */
    @ParameterizedTest
    @CsvSource({"0, 0 1 4 5 6", "1, 0", "2, 0", "3, 0 1 4 5 6"})
    void shouldAllowTheValidCombinationsAndStopOnOthers(final int shorthand, final String allowed) {
        for (int mode = 0; mode < 8; mode++) {
            final ApicBench machine = ApicBench.xapic(2);
            final long icr = Icr.withShorthand(Icr.xapic(1, mode, VECTOR), shorthand);
            if (allowed.contains(Integer.toString(mode))) {
                machine.sendXapic(0, icr);
                assertThat(machine.ipis().inFlight()).as("mode " + mode).isPositive();
            } else {
                assertThatThrownBy(() -> machine.sendXapic(0, icr)).as("mode " + mode)
                    .isInstanceOf(MachineStop.class).hasMessageContaining("delivery mode=" + mode);
            }
        }
    }
}
