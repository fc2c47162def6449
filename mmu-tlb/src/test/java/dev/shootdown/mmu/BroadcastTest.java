package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.arch.Invlpgb;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.spi.MachineStop;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** INVLPGB reaches the other cores after its flight, and TLBSYNC knows when all have obeyed. */
class BroadcastTest {
    private static final long PAGE = 0x40_0000L;
    private static final long NEXT = PAGE + 0x1000;
    private static final long THIRD = PAGE + 0x2000;
    private static final long GLOBAL = 0x80_0000_0000L;
    private static final int SAME_SOCKET = 700;
    private static final int CROSS_SOCKET = 1000;
    private final MmuBench machine = new MmuBench(3, "machine.vendor_amd", "1", "machine.sockets", "2",
        "machine.cores_per_socket", "2");
    private final long root = machine.newTable();

    @BeforeEach
    void fillEverywhere() {
        for (final long page : new long[] {PAGE, NEXT, THIRD}) {
            machine.map(root, page, 1, 0x5000, MmuBench.RIGHTS | MmuBench.SEEN);
        }
        machine.map(root, GLOBAL, 1, 0x6000, MmuBench.RIGHTS | MmuBench.SEEN | Pte.GLOBAL);
        for (int core = 0; core < machine.cores(); core++) {
            machine.load(core, root | 1, true);
            for (final long page : new long[] {PAGE, NEXT, THIRD, GLOBAL}) {
                machine.read(core, page);
            }
        }
    }

    private int loads(final int core, final long linear) {
        machine.core(core).walkLoads = 0;
        machine.read(core, linear);
        return machine.core(core).walkLoads;
    }

    private long send(final long rax, final int ecx, final int edx) {
        final long sent = machine.core(0).clock;
        machine.x86(0).broadcastInvalidation(rax, ecx, edx);
        return sent;
    }

    @Test
    void shouldTakeEffectAtHomeAtOnceAndElsewhereOnArrival() {
        final long sent = send(PAGE | Invlpgb.ADDRESS, 0, 0);
        assertThat(loads(0, PAGE)).isEqualTo(4);
        machine.events().deliverThrough(sent + SAME_SOCKET - 1);
        assertThat(loads(1, PAGE)).isZero();
        machine.events().deliverThrough(sent + SAME_SOCKET);
        assertThat(loads(1, PAGE)).isEqualTo(4);
        assertThat(loads(2, PAGE)).isZero();
        machine.events().deliverThrough(sent + CROSS_SOCKET);
        assertThat(loads(2, PAGE)).isEqualTo(4);
        assertThat(machine.core(2).timesInvalidated).isEqualTo(1);
    }

    @Test
    void shouldKnowWhenAllHaveObeyed() {
        assertThat(machine.x86(0).broadcastsDoneCycle()).isZero();
        final long sent = send(PAGE | Invlpgb.ADDRESS, 0, 0);
        assertThat(machine.x86(0).broadcastsDoneCycle()).isEqualTo(sent + 2 * CROSS_SOCKET);
        assertThat(machine.x86(1).broadcastsDoneCycle()).isZero();
    }

    @Test
    void shouldSendTheStoresOfTheOtherCoreToMemory() {
        machine.core(1).buffer(0x5000, 7);
        machine.events().deliverThrough(send(PAGE | Invlpgb.ADDRESS, 0, 0) + SAME_SOCKET);
        assertThat(machine.memory().peek(0x5000, 8)).isEqualTo(7);
    }

    @Test
    void shouldInvalidateAsManyPagesAsAsked() {
        machine.events().deliverThrough(send(PAGE | Invlpgb.ADDRESS | Invlpgb.FINAL_ONLY, 1, 0)
            + CROSS_SOCKET);
        assertThat(loads(1, PAGE)).isEqualTo(1);
        assertThat(loads(1, NEXT)).isEqualTo(1);
        assertThat(loads(1, THIRD)).isZero();
    }

    @Test
    void shouldStrideByTwoMebibytes() {
        machine.events().deliverThrough(send(PAGE - 0x20_0000 | Invlpgb.ADDRESS, 1 << 31 | 1, 0)
            + CROSS_SOCKET);
        assertThat(loads(1, PAGE)).isEqualTo(4);
        assertThat(loads(1, NEXT)).isZero();
    }

    @Test
    void shouldLeaveOtherPcidsAndOtherAsidsAlone() {
        send(Invlpgb.PCID, 0, 2 << 16);
        send(Invlpgb.ASID | Invlpgb.GLOBAL, 0, 3);
        assertThat(loads(0, PAGE)).isZero();
        send(Invlpgb.PCID | Invlpgb.ASID, 0, 1 << 16);
        assertThat(loads(0, PAGE)).isEqualTo(4);
    }

    @Test
    void shouldInvalidateGlobalPagesOnlyWhenAsked() {
        send(GLOBAL | Invlpgb.ADDRESS, 0, 0);
        assertThat(loads(0, GLOBAL)).isZero();
        send(Invlpgb.FINAL_ONLY, 0, 0);
        assertThat(loads(0, GLOBAL)).isZero();
        send(GLOBAL | Invlpgb.ADDRESS | Invlpgb.GLOBAL, 0, 0);
        assertThat(loads(0, GLOBAL)).isEqualTo(4);
    }

    @Test
    void shouldStopAMachineWithoutIt() {
        final MmuBench intel = new MmuBench(1);
        assertThatThrownBy(() -> intel.x86(0).broadcastInvalidation(0, 0, 0)).isInstanceOf(MachineStop.class)
            .hasMessageContaining("INVLPGB");
    }
}
