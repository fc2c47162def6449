package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.apic.fabric.Icr;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/**
 * Every message that arrives is delivered once, together with those that arrive before its core begins to
 * service it: the window in which they coalesce. The test keeps a calendar of its own.
 */
class DeliveryLawTest {
    private static final int TARGET = 5;
    private static final int VECTOR = 0x80;
    private static final long SEND = 200;
    private static final long SAME_CORE = 300;
    private static final long SAME_SOCKET = 550;
    private static final long OTHER_SOCKET = 1500;

    private static long flight(final int sender) {
        if (sender / 2 == TARGET / 2) {
            return SAME_CORE;
        }
        return sender < 8 ? SAME_SOCKET : OTHER_SOCKET;
    }

    /** Each step: the sender, and how long after the step before; 0 means that the target takes a request. */
    @Property(tries = 300)
    void shouldDeliverOncePerWindow(
            @ForAll @Size(max = 80) final List<@IntRange(max = 0xFFFF) Integer> steps) {
        final ApicBench machine = ApicBench.x2apic(16);
        final TreeMap<Long, Integer> arrivals = new TreeMap<>();
        int delivered = 0;
        int coalesced = 0;
        boolean requested = false;
        for (final int step : steps) {
            machine.runTo(machine.now() + (step >> 5 & 0x3FF));
            for (; !arrivals.isEmpty() && arrivals.firstKey() <= machine.now(); arrivals.pollFirstEntry()) {
                final int count = arrivals.firstEntry().getValue();
                coalesced += requested ? count : count - 1;
                requested = true;
            }
            if ((step & 0x10) == 0) {
                final int sender = step & 0xF;
                machine.send(sender, Icr.x2apic(TARGET, Icr.FIXED, VECTOR));
                arrivals.merge(machine.now() + SEND + flight(sender), 1, Integer::sum);
                continue;
            }
            assertThat(machine.apic(TARGET).isRequesting()).isEqualTo(requested);
            if (requested) {
                assertThat(machine.apic(TARGET).acknowledge()).isEqualTo(VECTOR);
                machine.apic(TARGET).writeMsr(ApicRegisters.EOI.msr(), 0);
                requested = false;
                delivered++;
            }
            assertThat(machine.ipis().ledger().delivered(VECTOR)).isEqualTo(delivered);
            assertThat(machine.ipis().ledger().coalesced(VECTOR)).isEqualTo(coalesced);
        }
        assertThat(machine.ipis().findImbalance()).isEqualTo(-1);
    }

    /** The same sends at the same cycles give the same events, whatever other machines run in between. */
    @Property(tries = 100)
    void shouldRepeatEveryEvent(@ForAll @Size(max = 60) final List<@IntRange(max = 0xFFFF) Integer> steps) {
        final List<ApicBench> machines = List.of(ApicBench.x2apic(16), ApicBench.x2apic(16));
        for (final int step : steps) {
            for (final ApicBench machine : machines) {
                machine.runTo(machine.now() + (step >> 9));
                machine.send(step & 0xF, Icr.withShorthand(Icr.x2apic(step >> 4 & 0xF, Icr.FIXED, VECTOR),
                    (step >> 8 & 1) * Icr.ALL_BUT_SELF));
            }
        }
        final List<List<String>> published = new ArrayList<>();
        for (final ApicBench machine : machines) {
            machine.runTo(machine.now() + 10_000);
            machine.published.addAll(machine.core(TARGET).calls);
            published.add(machine.published);
        }
        assertThat(published.get(0)).isEqualTo(published.get(1));
    }

    /** The processor priority for every task priority over every vector in service. SDM 3A 11.8.3.1. */
    @Property(tries = 400)
    void shouldComputeTheProcessorPriority(@ForAll @IntRange(max = 255) final int taskPriority,
            @ForAll @IntRange(min = 16, max = 255) final int inService,
            @ForAll @IntRange(min = 16, max = 255) final int requested) {
        final ApicBench machine = ApicBench.xapic(1);
        machine.ipis().deviceInterrupt(0, false, Icr.FIXED, inService, false);
        assertThat(machine.apic(0).acknowledge()).isEqualTo(inService);
        machine.write(0, ApicRegisters.TPR, taskPriority);
        final int priorityClass = Math.max(taskPriority / 16, inService / 16);
        final int sub = taskPriority / 16 >= inService / 16 ? taskPriority % 16 : 0;
        assertThat(machine.read(0, ApicRegisters.PPR)).isEqualTo(priorityClass * 16 + sub);
        machine.ipis().deviceInterrupt(0, false, Icr.FIXED, requested, false);
        assertThat(machine.apic(0).isRequesting()).isEqualTo(requested / 16 > priorityClass);
    }
}
