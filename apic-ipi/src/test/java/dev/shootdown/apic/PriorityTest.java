package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PriorityTest {
    private static final int FIXED = 0;

    private static void request(final ApicBench machine, final int vector) {
        machine.ipis().deviceInterrupt(0, false, FIXED, vector, false);
    }

    @Property(tries = 300)
    void shouldDeliverHighestFirstAndOnlyAboveTaskPriority(
            @ForAll @Size(max = 40) final Set<@IntRange(min = 16, max = 255) Integer> vectors,
            @ForAll @IntRange(max = 15) final int taskPriority) {
        final ApicBench machine = ApicBench.xapic(1);
        vectors.forEach(vector -> request(machine, vector));
        machine.apic(0).setTaskPriority(taskPriority);
        final List<Integer> delivered = new ArrayList<>();
        while (machine.apic(0).isRequesting()) {
            delivered.add(machine.apic(0).acknowledge());
            machine.write(0, ApicRegisters.EOI, 0);
        }
        final List<Integer> expected = new ArrayList<>(new TreeSet<>(vectors).descendingSet());
        expected.removeIf(vector -> vector >> 4 <= taskPriority);
        assertThat(delivered).isEqualTo(expected);
    }

    /** A model of the manual's words with plain sets, against random requests, acknowledgements and ends. */
    @Property(tries = 300)
    void shouldFollowTheManualOverRandomSteps(
            @ForAll @Size(max = 120) final List<@IntRange(max = 511) Integer> steps) {
        final ApicBench machine = ApicBench.xapic(1);
        final TreeSet<Integer> requested = new TreeSet<>();
        final TreeSet<Integer> inService = new TreeSet<>();
        for (final int step : steps) {
            if (step >= 16 && step < 256) {
                request(machine, step);
                requested.add(step);
            } else if (step < 384 && !inService.isEmpty()) {
                machine.write(0, ApicRegisters.EOI, 0);
                inService.pollLast();
            } else if (machine.apic(0).isRequesting()) {
                final int vector = machine.apic(0).acknowledge();
                assertThat(vector).isEqualTo(requested.pollLast());
                inService.add(vector);
            }
            final int serviced = inService.isEmpty() ? 0 : inService.last();
            assertThat(machine.read(0, ApicRegisters.PPR)).isEqualTo(serviced & 0xF0);
            assertThat(machine.apic(0).isRequesting())
                .isEqualTo(!requested.isEmpty() && requested.last() >> 4 > serviced >> 4);
        }
    }

    @Test
    void shouldShowRequestsAndServiceInTheirRegisters() {
        final ApicBench machine = ApicBench.xapic(1);
        request(machine, 0x47);
        assertThat(machine.apic(0).mmioRead(ApicBase.RESET_PAGE + 0x220, 4)).isEqualTo(0x80);
        machine.apic(0).acknowledge();
        assertThat(machine.apic(0).mmioRead(ApicBase.RESET_PAGE + 0x220, 4)).isZero();
        assertThat(machine.apic(0).mmioRead(ApicBase.RESET_PAGE + 0x120, 4)).isEqualTo(0x80);
        machine.write(0, ApicRegisters.EOI, 0);
        assertThat(machine.apic(0).mmioRead(ApicBase.RESET_PAGE + 0x120, 4)).isZero();
    }

    @Test
    void shouldGiveSpuriousVectorWhenTheRequestWentAway() {
        final ApicBench machine = ApicBench.xapic(1);
        request(machine, 0x47);
        machine.apic(0).setTaskPriority(4);
        assertThat(machine.apic(0).acknowledge()).isEqualTo(0xFF);
        assertThat(machine.apic(0).mmioRead(ApicBase.RESET_PAGE + 0x170, 4)).isZero();
    }

    @Test
    void shouldShowTaskPriorityAsCr8AndTellTheCore() {
        final ApicBench machine = ApicBench.xapic(1);
        request(machine, 0x47);
        machine.core(0).calls.clear();
        machine.write(0, ApicRegisters.TPR, 0x5A);
        assertThat(machine.apic(0).taskPriority()).isEqualTo(5);
        assertThat(machine.read(0, ApicRegisters.PPR)).isEqualTo(0x5A);
        assertThat(machine.core(0).calls).containsExactly("changed@0");
        machine.apic(0).setTaskPriority(3);
        assertThat(machine.apic(0).isRequesting()).isTrue();
        assertThat(machine.core(0).calls).hasSize(2);
    }

    @Test
    void shouldTellEndOfLevelTriggeredInterruptsOnly() {
        final ApicBench machine = ApicBench.xapic(1);
        final List<Integer> ended = new ArrayList<>();
        machine.ipis().onEndOfInterrupt(ended::add);
        machine.ipis().deviceInterrupt(0, false, FIXED, 0x50, true);
        machine.ipis().deviceInterrupt(0, false, FIXED, 0x40, false);
        machine.apic(0).acknowledge();
        assertThat(machine.apic(0).mmioRead(ApicBase.RESET_PAGE + 0x1A0, 4)).isEqualTo(1 << 16);
        machine.write(0, ApicRegisters.EOI, 0);
        machine.apic(0).acknowledge();
        machine.write(0, ApicRegisters.EOI, 0);
        assertThat(ended).containsExactly(0x50);
    }
}
