package dev.shootdown.core.bus;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SleepingWaitStrategy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Carries events from the machine's thread to consumers, each on a daemon thread of its own, over one
 * Disruptor ring (Thompson et al., "Disruptor", LMAX 2011). Publishing waits while the slowest consumer is a
 * whole ring behind.
 *
 * <p>Consumers yield a few times and then sleep {@value #IDLE_NANOS} ns at a time: a waiting consumer takes
 * no core from the machine, and the machine never has to wake one.
 */
public final class EventBus implements EventSink, AutoCloseable {
    /** Events that the ring holds. */
    public static final int CAPACITY = 1 << 14;
    private static final int YIELDS = 20;
    private static final long IDLE_NANOS = 1_000_000;

    private final RingBuffer<MachineEvent> ring = RingBuffer.createSingleProducer(MachineEvent::new, CAPACITY,
        new SleepingWaitStrategy(YIELDS, IDLE_NANOS));
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<BatchEventProcessor<MachineEvent>> processors = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final long wanted;
    private boolean closed;

    /** Starts a thread for each of {@code consumers}. All other calls come from one thread, the machine's. */
    public EventBus(final List<? extends EventConsumer> consumers) {
        long types = 0;
        for (final EventConsumer consumer : consumers) {
            final Subscription subscription = new Subscription(consumer);
            types |= subscription.types();
            subscriptions.add(subscription);
            processors.add(processor(subscription));
        }
        wanted = types;
        ring.addGatingSequences(processors.stream().map(BatchEventProcessor::getSequence)
            .toArray(Sequence[]::new));
        for (int i = 0; i < processors.size(); i++) {
            threads.add(start(processors.get(i), "events-" + i + "-" + consumers.get(i).getClass()
                .getSimpleName()));
        }
    }

    private BatchEventProcessor<MachineEvent> processor(final Subscription subscription) {
        final BatchEventProcessor<MachineEvent> processor =
            new BatchEventProcessorBuilder().build(ring, ring.newBarrier(), subscription);
        processor.setExceptionHandler(subscription);
        return processor;
    }

    private static Thread start(final Runnable work, final String name) {
        final Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public boolean wants(final EventType type) {
        return (wanted >>> type.ordinal() & 1) != 0;
    }

    @Override
    public void publish(final EventType type, final long cycle, final int core, final long a, final long b,
            final long c, final long d) {
        if (!wants(type)) {
            return;
        }
        if (closed) {
            throw new IllegalStateException("event bus is closed, type=" + type);
        }
        final long sequence = ring.next();
        final MachineEvent event = ring.get(sequence);
        event.set(type, cycle, core);
        event.words(a, b, c, d);
        ring.publish(sequence);
    }

    /**
     * Waits until every consumer has seen every event and its end, stops the threads, and rethrows the first
     * failure of a consumer, the others suppressed in it. A second call does nothing.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        drain();
        processors.forEach(BatchEventProcessor::halt);
        threads.forEach(EventBus::join);
        Subscription.rethrow(subscriptions);
    }

    /** Takes as long as the slowest consumer; a failed one lets events pass. */
    private void drain() {
        final long last = ring.getCursor();
        for (final BatchEventProcessor<MachineEvent> processor : processors) {
            while (processor.getSequence().get() < last || !processor.isRunning()) {
                LockSupport.parkNanos(IDLE_NANOS);
            }
        }
    }

    private static void join(final Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
