package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.apic.fabric.Icr;
import dev.shootdown.core.arch.Msr;
import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.DigestWriter;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cores 0 to 7 are the first socket, two threads to a core. */
class FabricTest {
    private static final int VECTOR = 0xFD;

    private static List<Integer> requesting(final ApicBench machine) {
        final List<Integer> cores = new ArrayList<>();
        for (int core = 0; core < machine.cores(); core++) {
            if (machine.apic(core).isRequesting()) {
                cores.add(core);
            }
        }
        return cores;
    }

    /**
     * 200 for the ICR in x2APIC mode, then 300 to oneself or the sibling, 550 in the socket, 1500 to the
     * other.
     */
    @ParameterizedTest
    @CsvSource({"0, 500", "1, 500", "2, 750", "7, 750", "8, 1700", "15, 1700"})
    void shouldArriveAtTheExactCycle(final int target, final long latencyCycles) {
        final ApicBench machine = ApicBench.x2apic(16);
        machine.runTo(10_000);
        machine.send(0, Icr.x2apic(target, Icr.FIXED, VECTOR));
        final long arrival = 10_000 + latencyCycles;
        machine.runTo(arrival - 1);
        assertThat(machine.apic(target).isRequesting()).isFalse();
        assertThat(machine.ipis().inFlight()).isEqualTo(1);
        machine.runTo(arrival);
        assertThat(machine.core(target).calls).containsExactly("changed@" + arrival);
        assertThat(machine.ipis().inFlight()).isZero();
        assertThat(machine.published).containsExactly("IPI_SENT@10000 core=0 " + target + " 253 " + arrival
            + " 0");
    }

    @Test
    void shouldTellTheLatencyWhenServiceBegins() {
        final ApicBench machine = ApicBench.x2apic(16);
        machine.runTo(100);
        machine.send(3, Icr.x2apic(9, Icr.FIXED, VECTOR));
        machine.runTo(5_100);
        machine.published.clear();
        assertThat(machine.apic(9).acknowledge()).isEqualTo(VECTOR);
        assertThat(machine.published).containsExactly("IPI_DELIVERED@5100 core=9 253 3 5000 0");
        assertThat(machine.count(9, Counter.IPI_DELIVERED)).isEqualTo(1);
    }

    @Test
    void shouldCostMoreInXapicMode() {
        final ApicBench machine = ApicBench.xapic(16);
        machine.sendXapic(0, Icr.xapic(8, Icr.FIXED, VECTOR));
        machine.runTo(1849);
        assertThat(requesting(machine)).isEmpty();
        machine.runTo(1850);
        assertThat(requesting(machine)).containsExactly(8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "self | 0x440FD | 1", "all | 0x840FD | 0 1 2 3", "all but self | 0xC40FD | 0 2 3",
        "physical | 0x2000040FD | 2", "broadcast | 0xFFFFFFFF000040FD | 0 1 2 3", "nobody | 0x9000040FD |",
        "cluster | 0xD000048FD | 0 2 3", "other cluster | 0x1000D000048FD |", "255 | 0xFF000040FD |"
    })
    void shouldReachX2apicDestinations(final String name, final String icr, final String targets) {
        final ApicBench machine = ApicBench.x2apic(4);
        machine.send(1, Long.parseUnsignedLong(icr.substring(2), 16));
        machine.runTo(10_000);
        assertThat(requesting(machine)).as(name).isEqualTo(parse(targets));
        assertThat(machine.count(1, Counter.ICR_WRITES)).isEqualTo(parse(targets).isEmpty() ? 0 : 1);
        assertThat(machine.count(1, Counter.IPI_SENT)).isEqualTo(parse(targets).size());
    }

    private static List<Integer> parse(final String numbers) {
        final List<Integer> parsed = new ArrayList<>();
        if (numbers != null) {
            for (final String number : numbers.strip().split(" ")) {
                parsed.add(Integer.valueOf(number));
            }
        }
        return parsed;
    }

    @ParameterizedTest
    @CsvSource({
        "flat, 0x01, 0", "flat, 0x0A, 1 3", "flat, 0xFF, 0 1 2 3", "flat, 0x30, ", "cluster, 0x01, 0",
        "cluster, 0x03, 0 1", "cluster, 0x12, 3", "cluster, 0x1F, 2 3", "cluster, 0x2F, ",
        "cluster, 0xFF, 0 1 2 3"
    })
    void shouldReachXapicLogicalDestinations(final String model, final String destination,
            final String targets) {
        final ApicBench machine = ApicBench.xapic(4);
        final int[] cluster = {0x01, 0x02, 0x11, 0x12};
        for (int core = 0; core < 4; core++) {
            final boolean flat = model.equals("flat");
            machine.write(core, ApicRegisters.DFR, flat ? 0xFFFF_FFFFL : 0x0FFF_FFFFL);
            machine.write(core, ApicRegisters.LDR, (long) (flat ? 1 << core : cluster[core]) << 24);
        }
        machine.sendXapic(0, Icr.withLogical(Icr.xapic(Integer.decode(destination), Icr.FIXED, VECTOR)));
        machine.runTo(10_000);
        assertThat(requesting(machine)).isEqualTo(parse(targets));
    }

    @Test
    void shouldPassXapicBroadcastToEverybody() {
        final ApicBench machine = ApicBench.xapic(3);
        machine.sendXapic(0, Icr.xapic(0xFF, Icr.FIXED, VECTOR));
        machine.runTo(10_000);
        assertThat(requesting(machine)).containsExactly(0, 1, 2);
    }

    @Test
    void shouldChooseLowestPriorityThenLowestCore() {
        final ApicBench machine = ApicBench.xapic(4);
        machine.write(0, ApicRegisters.TPR, 0x30);
        machine.write(1, ApicRegisters.TPR, 0x20);
        machine.write(2, ApicRegisters.TPR, 0x20);
        machine.write(3, ApicRegisters.SPURIOUS, 0xFF);
        machine.sendXapic(0, Icr.xapic(0xFF, Icr.LOWEST_PRIORITY, VECTOR));
        machine.runTo(10_000);
        assertThat(requesting(machine)).containsExactly(1);
        assertThat(machine.count(0, Counter.IPI_SENT)).isEqualTo(1);
    }

    @Test
    void shouldRefuseLowestPriorityInX2apicModeWithAnError() {
        final ApicBench machine = ApicBench.x2apic(2);
        machine.send(0, Icr.x2apic(1, Icr.LOWEST_PRIORITY, VECTOR));
        machine.apic(0).writeMsr(ApicRegisters.ERROR_STATUS.msr(), 0);
        assertThat(machine.apic(0).readMsr(ApicRegisters.ERROR_STATUS.msr()))
            .isEqualTo(ErrorStatus.REDIRECTABLE_IPI);
        assertThat(machine.ipis().inFlight()).isZero();
    }

    @Test
    void shouldRefuseIllegalVectorWithAnError() {
        final ApicBench machine = ApicBench.x2apic(2);
        machine.send(0, Icr.x2apic(1, Icr.FIXED, 15));
        machine.apic(0).writeMsr(ApicRegisters.SELF_IPI.msr(), 15);
        machine.apic(0).writeMsr(ApicRegisters.ERROR_STATUS.msr(), 0);
        assertThat(machine.apic(0).readMsr(ApicRegisters.ERROR_STATUS.msr()))
            .isEqualTo(ErrorStatus.SEND_ILLEGAL_VECTOR);
        assertThat(machine.ipis().inFlight()).isZero();
    }

    @Test
    void shouldSendToSelfByItsOwnRegister() {
        final ApicBench machine = ApicBench.x2apic(2);
        machine.apic(1).writeMsr(ApicRegisters.SELF_IPI.msr(), VECTOR);
        assertThat(machine.core(1).charged).isEqualTo(80);
        machine.runTo(380);
        assertThat(machine.core(1).calls).containsExactly("changed@380");
    }

    /** Core 0 to 2 and 3: one send to the cluster, or one each. */
    @ParameterizedTest
    @CsvSource({"1, 750, 200", "0, 950, 400"})
    void shouldMulticastToAClusterUnlessToldNotTo(final String multicast, final long lastArrival,
            final long charged) {
        final ApicBench machine = ApicBench.x2apic(4, "apic.multicast_clusters=" + multicast);
        machine.send(0, Icr.withLogical(Icr.x2apic(0xC, Icr.FIXED, VECTOR)));
        assertThat(machine.core(0).charged).isEqualTo(charged);
        machine.runTo(10_000);
        assertThat(machine.core(2).calls).containsExactly("changed@750");
        assertThat(machine.core(3).calls).containsExactly("changed@" + lastArrival);
    }

    @Test
    void shouldCoalesceWithAPendingRequestAndKeepTheFirstSender() {
        final ApicBench machine = ApicBench.x2apic(4);
        machine.send(1, Icr.x2apic(0, Icr.FIXED, VECTOR));
        machine.runTo(1_000);
        machine.send(2, Icr.x2apic(0, Icr.FIXED, VECTOR));
        machine.runTo(5_000);
        assertThat(machine.count(0, Counter.IPI_COALESCED)).isEqualTo(1);
        machine.published.clear();
        machine.apic(0).acknowledge();
        assertThat(machine.published).containsExactly("IPI_DELIVERED@5000 core=0 253 1 5000 0");
        assertThat(machine.apic(0).isRequesting()).isFalse();
    }

    @Test
    void shouldRequestAgainWhileTheVectorIsInService() {
        final ApicBench machine = ApicBench.x2apic(4);
        machine.send(1, Icr.x2apic(0, Icr.FIXED, VECTOR));
        machine.runTo(1_000);
        machine.apic(0).acknowledge();
        machine.send(1, Icr.x2apic(0, Icr.FIXED, VECTOR));
        machine.runTo(2_000);
        assertThat(machine.apic(0).isRequesting()).isFalse();
        assertThat(machine.count(0, Counter.IPI_COALESCED)).isZero();
        machine.apic(0).writeMsr(ApicRegisters.EOI.msr(), 0);
        assertThat(machine.apic(0).acknowledge()).isEqualTo(VECTOR);
    }

    @Test
    void shouldStartCoresByInitAndStartUp() {
        final ApicBench machine = ApicBench.of(3);
        machine.sendXapic(0, Icr.withShorthand(Icr.xapic(0, Icr.INIT, 0), Icr.ALL_BUT_SELF));
        machine.sendXapic(0, 0x8500L | 1L << 56);
        machine.runTo(1_000);
        machine.sendXapic(0, Icr.xapic(2, Icr.START_UP, 0));
        machine.runTo(2_000);
        assertThat(machine.core(0).calls).isEmpty();
        assertThat(machine.core(1).calls).containsExactly("init@650");
        assertThat(machine.core(2).calls).containsExactly("init@900", "startUp@1900 vector=0");
        assertThat(machine.count(0, Counter.ICR_WRITES)).isEqualTo(2);
        assertThat(machine.count(0, Counter.IPI_SENT)).isZero();
    }

    @Test
    void shouldDeliverNmiEvenWhileSoftwareHasApicDisabled() {
        final ApicBench machine = ApicBench.of(2);
        machine.sendXapic(0, Icr.xapic(1, Icr.NMI, 0));
        machine.runTo(1_000);
        assertThat(machine.core(1).calls).containsExactly("nmi@650");
    }

    @Test
    void shouldDiscardFixedInterruptsWhileDisabled() {
        final ApicBench machine = ApicBench.xapic(2);
        machine.write(1, ApicRegisters.SPURIOUS, 0xFF);
        machine.sendXapic(0, Icr.xapic(1, Icr.FIXED, VECTOR));
        machine.runTo(1_000);
        assertThat(machine.apic(1).isRequesting()).isFalse();
        assertThat(machine.ipis().ledger().discarded(VECTOR)).isEqualTo(1);
        machine.apic(1).writeMsr(Msr.APIC_BASE, ApicBase.RESET_PAGE);
        machine.sendXapic(0, Icr.xapic(1, Icr.FIXED, VECTOR));
        assertThat(machine.ipis().inFlight()).isZero();
        assertThat(machine.ipis().findImbalance()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x4200, 0x4300, 0x4700, 0x44400, 0x84500, 0x84600})
    void shouldStopByNameOnWhatIsNotModelled(final long icr) {
        final ApicBench machine = ApicBench.x2apic(1);
        assertThatThrownBy(() -> machine.send(0, icr)).isInstanceOf(MachineStop.class)
            .hasMessageContaining("ICR=0x" + Long.toHexString(icr));
    }

    @Test
    void shouldRouteDeviceInterruptsWithoutAccountingThem() {
        final ApicBench machine = ApicBench.xapic(3);
        machine.runTo(42);
        machine.ipis().deviceInterrupt(1, false, Icr.FIXED, 0x30, true);
        machine.write(2, ApicRegisters.LDR, 0x0400_0000);
        machine.ipis().deviceInterrupt(4, true, Icr.LOWEST_PRIORITY, 0x31, false);
        machine.ipis().deviceInterrupt(0, false, Icr.NMI, 0, false);
        assertThat(requesting(machine)).containsExactly(1, 2);
        assertThat(machine.core(0).calls).containsExactly("nmi@42");
        machine.apic(1).acknowledge();
        assertThat(machine.count(1, Counter.IPI_DELIVERED)).isZero();
        assertThatThrownBy(() -> machine.ipis().deviceInterrupt(0, false, Icr.EXT_INT, 0, false))
            .isInstanceOf(MachineStop.class);
    }

    @Test
    void shouldNameBadConfiguration() {
        assertThatThrownBy(() -> ApicBench.of(1, "apic.inbound_capacity=3"))
            .isInstanceOf(SettingException.class)
            .hasMessageContaining("apic.inbound_capacity=3");
        assertThatThrownBy(() -> ApicBench.of(1, "apic.timer_khz=9000000"))
            .isInstanceOf(SettingException.class)
            .hasMessageContaining("apic.timer_khz=9000000");
    }

    /** Steps are packed: what to do, who, to whom, which of two vectors. */
    @Property(tries = 300)
    void shouldBalanceTheLedgerAtEveryStep(
            @ForAll @Size(max = 150) final List<@IntRange(max = 0xFFFF) Integer> steps) {
        final ApicBench machine = ApicBench.x2apic(16);
        final String digest = play(machine, steps);
        final ApicBench again = ApicBench.x2apic(16);
        assertThat(play(again, steps)).isEqualTo(digest);
        long sent = 0;
        long inFlight = 0;
        for (int vector = 0; vector < 256; vector++) {
            sent += machine.ipis().ledger().sent(vector);
            inFlight += machine.ipis().ledger().inFlight(vector);
        }
        long counted = 0;
        for (int core = 0; core < 16; core++) {
            counted += machine.count(core, Counter.IPI_SENT);
        }
        assertThat(counted).isEqualTo(sent);
        assertThat(inFlight).isEqualTo(machine.ipis().inFlight());
    }

    private static String play(final ApicBench machine, final List<Integer> steps) {
        for (final int step : steps) {
            final int core = step >> 3 & 15;
            final int vector = 0x60 + (step >> 11 & 1) * 0x10;
            final long icr = Icr.x2apic(step >> 7 & 15, Icr.FIXED, vector);
            switch (step & 7) {
                case 0:
                    machine.send(core, icr);
                    break;
                case 1:
                    machine.send(core, Icr.withShorthand(icr, 1 + step % 3));
                    break;
                case 2:
                    machine.send(core, Icr.withLogical(icr));
                    break;
                case 3:
                    machine.ipis().deviceInterrupt(core, false, Icr.FIXED, vector, false);
                    break;
                case 4:
                    machine.apic(core).acknowledge();
                    break;
                case 5:
                    machine.apic(core).writeMsr(ApicRegisters.EOI.msr(), 0);
                    break;
                case 6:
                    machine.runTo(machine.now() + (step >> 4));
                    break;
                default:
                    machine.apic(core).init();
                    machine.apic(core).writeMsr(ApicRegisters.SPURIOUS.msr(), 0x1FF);
                    break;
            }
            assertThat(machine.ipis().findImbalance()).isEqualTo(-1);
        }
        final DigestWriter digest = new DigestWriter();
        machine.ipis().transfer(digest);
        return digest.hex();
    }
}
