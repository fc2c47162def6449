package dev.shootdown.core.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EventQueueTest {
    private final EventQueue queue = new EventQueue();
    private final List<String> seen = new ArrayList<>();
    private final int target = queue.register((kind, cycle, a, b) -> seen.add(cycle + " " + kind + " " + a));

    @Test
    void shouldDeliverByCycleThenKindThenOrderOfScheduling() {
        queue.schedule(20, EventKind.IPI_ARRIVAL, target, 1, 0);
        queue.schedule(10, EventKind.WAKE, target, 2, 0);
        queue.schedule(10, EventKind.TIMER, target, 3, 0);
        queue.schedule(10, EventKind.TIMER, target, 4, 0);
        queue.deliverThrough(20);
        assertThat(seen).containsExactly("10 TIMER 3", "10 TIMER 4", "10 WAKE 2", "20 IPI_ARRIVAL 1");
    }

    @Test
    void shouldKeepWhatIsNotDue() {
        queue.schedule(11, EventKind.TIMER, target, 1, 0);
        queue.deliverThrough(10);
        assertThat(seen).isEmpty();
        assertThat(queue.nextCycle()).isEqualTo(11);
    }

    @Test
    void shouldForgetWhatWasCancelled() {
        final long scheduled = queue.schedule(5, EventKind.TIMER, target, 1, 0);
        queue.schedule(6, EventKind.TIMER, target, 2, 0);
        assertThat(queue.cancel(scheduled)).isTrue();
        assertThat(queue.cancel(scheduled)).isFalse();
        queue.deliverThrough(10);
        assertThat(seen).containsExactly("6 TIMER 2");
    }

    @Property
    void shouldDeliverAnySetOfEventsInOrder(@ForAll @Size(max = 200) final List<Short> cycles) {
        final EventQueue anyQueue = new EventQueue();
        final List<Long> order = new ArrayList<>();
        final int anyTarget = anyQueue.register((kind, cycle, a, b) -> order.add(a));
        final List<long[]> expected = new ArrayList<>();
        for (int i = 0; i < cycles.size(); i++) {
            final long cycle = cycles.get(i) & 0xF;
            anyQueue.schedule(cycle, EventKind.TIMER, anyTarget, i, 0);
            expected.add(new long[] {cycle, i});
        }
        expected.sort(Comparator.comparingLong((long[] event) -> event[0])
            .thenComparingLong(event -> event[1]));
        anyQueue.deliverThrough(Long.MAX_VALUE - 1);
        assertThat(order).containsExactlyElementsOf(expected.stream().map(event -> event[1]).toList());
    }
}
