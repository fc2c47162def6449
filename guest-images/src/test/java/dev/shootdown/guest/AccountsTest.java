package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.apic.fabric.IpiFabric;
import dev.shootdown.apic.fabric.IpiLedger;
import dev.shootdown.core.count.Counter;
import dev.shootdown.mmu.oracle.OracleHolder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the kernel counts and what the emulator counts are the same things. */
class AccountsTest {
    private static final int CALL_FUNCTION_SINGLE = 0xFB;
    private static final int CALL_FUNCTION = 0xFC;
    private static final int RESCHEDULE = 0xFD;

    @ParameterizedTest
    @EnumSource(GuestCatalog.class)
    void shouldBalance(final GuestCatalog kernel) {
        final GuestRun run = new GuestRun(kernel, 4, 3, "workload=mixed duration_us=2000");
        assertThat(run.toEnd().stop().status()).as(run.transcript()).isEqualTo(1);
        final IpiFabric fabric = (IpiFabric) run.machine.fabric();
        assertThat(fabric.findImbalance()).isEqualTo(-1);
        final IpiLedger ledger = fabric.ledger();
        assertThat(run.guestCounter("ipi_call_sent")).isPositive()
            .isEqualTo(ledger.sent(CALL_FUNCTION_SINGLE) + ledger.sent(CALL_FUNCTION));
        assertThat(run.guestCounter("irq_call"))
            .isEqualTo(ledger.delivered(CALL_FUNCTION_SINGLE) + ledger.delivered(CALL_FUNCTION));
        assertThat(run.guestCounter("ipi_resched_sent")).isPositive().isEqualTo(ledger.sent(RESCHEDULE));
        assertThat(run.guestCounter("irq_resched")).isEqualTo(ledger.delivered(RESCHEDULE));
    }

    @Test
    void shouldFindNothingInTheRepairedKernelWithoutStoreBuffers() {
        assertThat(faults(GuestCatalog.V6_15, "5000", "0")).isZero();
    }

    /** The window is a few instructions wide; it takes a while until a flush meets it. */
    @Test
    @Tag("slow")
    void shouldFindStaleAccessesInTheKernelThatHadThem() {
        assertThat(faults(GuestCatalog.V6_15_RC5, "100000", "1")).isPositive();
    }

    private static long faults(final GuestCatalog kernel, final String microseconds, final String tso) {
        final GuestRun run =
            new GuestRun(kernel, 8, 1, "workload=mixed duration_us=" + microseconds, "machine.tso", tso);
        run.toEnd();
        assertThat(OracleHolder.oracleOf(run.machine).checksThatAreOff())
            .allMatch(sentence -> sentence.startsWith("No symbol flush_tlb_kernel_range"));
        return run.machine.count(Counter.STALE_ACCESSES) + run.machine.count(Counter.STALE_FRAMES);
    }
}
