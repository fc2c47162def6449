package dev.shootdown.core.bus;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.ExceptionHandler;
import java.util.List;

/** One consumer on the ring: passes on what it wants, and after its first failure nothing more. */
final class Subscription implements EventHandler<MachineEvent>, ExceptionHandler<MachineEvent> {
    private final EventConsumer consumer;
    private final long types;
    /** Written by the consumer's thread, read by the closing thread after it has joined the other. */
    private Throwable failure;

    Subscription(final EventConsumer consumer) {
        this.consumer = consumer;
        assert EventType.values().length <= Long.SIZE;
        long mask = 0;
        for (final EventType type : consumer.types()) {
            mask |= 1L << type.ordinal();
        }
        types = mask;
    }

    long types() {
        return types;
    }

    @Override
    public void onEvent(final MachineEvent event, final long sequence, final boolean endOfBatch) {
        if (failure == null && (types >>> event.type().ordinal() & 1) != 0) {
            consumer.on(event);
        }
    }

    @Override
    public void onShutdown() {
        if (failure == null) {
            consumer.onEnd();
        }
    }

    @Override
    public void handleEventException(final Throwable thrown, final long sequence, final MachineEvent event) {
        failure = thrown;
    }

    @Override
    public void handleOnStartException(final Throwable thrown) {
        failure = thrown;
    }

    @Override
    public void handleOnShutdownException(final Throwable thrown) {
        failure = thrown;
    }

    static void rethrow(final List<Subscription> subscriptions) {
        Throwable first = null;
        for (final Subscription subscription : subscriptions) {
            if (first == null) {
                first = subscription.failure;
            } else if (subscription.failure != null && subscription.failure != first) {
                first.addSuppressed(subscription.failure);
            }
        }
        if (first instanceof Error) {
            throw (Error) first;
        }
        if (first instanceof RuntimeException) {
            throw (RuntimeException) first;
        }
        if (first != null) {
            throw new IllegalStateException("an event consumer failed", first);
        }
    }
}
