package dev.shootdown.core.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventBusTest {
    /** Keeps the first word of each event; waits for {@code gate} before its first. */
    private static final class Collector implements EventConsumer {
        private final Set<EventType> types;
        private final CountDownLatch gate;
        private final List<Long> words = new ArrayList<>();
        private boolean ended;

        Collector(final Set<EventType> types, final CountDownLatch gate) {
            this.types = types;
            this.gate = gate;
        }

        @Override
        public Set<EventType> types() {
            return types;
        }

        @Override
        public void on(final MachineEvent event) {
            try {
                gate.await();
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
            words.add(event.a());
        }

        @Override
        public void onEnd() {
            ended = true;
        }
    }

    private static final class Failing implements EventConsumer {
        @Override
        public Set<EventType> types() {
            return EnumSet.allOf(EventType.class);
        }

        @Override
        public void on(final MachineEvent event) {
            throw new IllegalArgumentException("broken at cycle " + event.cycle());
        }

        @Override
        public void onEnd() {
            throw new AssertionError("a failed consumer is left alone");
        }
    }

    private static Collector open(final EventType... types) {
        return new Collector(Set.of(types), new CountDownLatch(0));
    }

    private static void publish(final EventBus bus, final EventType type, final long from, final long to) {
        for (long i = from; i < to; i++) {
            bus.publish(type, i, 0, i, 0, 0, 0);
        }
    }

    @Test
    void shouldDeliverEveryEventInOrderToEachConsumerThatWantsIt() {
        final Collector one = open(EventType.IPI_SENT);
        final Collector both = open(EventType.IPI_SENT, EventType.STALE_USE);
        try (EventBus bus = new EventBus(List.of(one, both))) {
            publish(bus, EventType.IPI_SENT, 0, 40_000);
            publish(bus, EventType.STALE_USE, 40_000, 50_000);
            publish(bus, EventType.CR3_WRITTEN, 0, 10);
        }
        assertThat(one.words).hasSize(40_000).isSorted();
        assertThat(both.words).hasSize(50_000).isSorted().endsWith(49_999L);
        assertThat(one.ended && both.ended).isTrue();
    }

    @Test
    void shouldWantOnlyWhatSomeConsumerWants() {
        try (EventBus bus = new EventBus(List.of(open(EventType.IPI_SENT), open(EventType.STALE_USE)))) {
            assertThat(bus.wants(EventType.IPI_SENT)).isTrue();
            assertThat(bus.wants(EventType.STALE_USE)).isTrue();
            assertThat(bus.wants(EventType.CR3_WRITTEN)).isFalse();
        }
        assertThat(NoEvents.INSTANCE.wants(EventType.IPI_SENT)).isFalse();
    }

    @Test
    void shouldBlockRatherThanLoseWhenAConsumerIsSlow() throws InterruptedException {
        final CountDownLatch gate = new CountDownLatch(1);
        final Collector slow = new Collector(Set.of(EventType.IPI_SENT), gate);
        final EventBus bus = new EventBus(List.of(slow));
        final CountDownLatch published = new CountDownLatch(1);
        final Thread producer = new Thread(() -> {
            publish(bus, EventType.IPI_SENT, 0, EventBus.CAPACITY + 1);
            published.countDown();
            bus.close();
        });
        producer.start();
        assertThat(published.await(200, TimeUnit.MILLISECONDS)).isFalse();
        gate.countDown();
        producer.join();
        assertThat(slow.words).hasSize(EventBus.CAPACITY + 1).isSorted();
    }

    @Test
    void shouldRethrowAConsumersFailureOnCloseWithoutStoppingOthers() {
        final Collector well = open(EventType.IPI_SENT);
        final EventBus bus = new EventBus(List.of(new Failing(), well));
        publish(bus, EventType.IPI_SENT, 7, 7 + 2 * EventBus.CAPACITY);
        assertThatThrownBy(bus::close).isInstanceOf(IllegalArgumentException.class)
            .hasMessage("broken at cycle 7");
        assertThat(well.words).hasSize(2 * EventBus.CAPACITY);
    }

    @Test
    void shouldStopItsThreadsOnCloseEvenWhenNothingWasPublished() {
        final Collector idle = open(EventType.IPI_SENT);
        final EventBus bus = new EventBus(List.of(idle));
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), bus::close);
        bus.close();
        assertThat(idle.ended).isTrue();
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(t -> t.getName().startsWith("events-"));
    }

    @Test
    void shouldRefuseEventsAfterClose() {
        final EventBus bus = new EventBus(List.of(open(EventType.IPI_SENT)));
        bus.close();
        assertThatThrownBy(() -> publish(bus, EventType.IPI_SENT, 0, 1))
            .isInstanceOf(IllegalStateException.class);
    }
}
