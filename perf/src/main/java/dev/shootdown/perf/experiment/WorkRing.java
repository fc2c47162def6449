package dev.shootdown.perf.experiment;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.ExceptionHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * Runs jobs on a few host threads and gives their results in the order of the jobs, whoever finished first.
 *
 * <p>Jobs are published to a Disruptor ring that every worker reads; a worker runs a job if it is the first
 * to claim it. The ring has a slot for every job, so that the publisher never waits.
 */
public final class WorkRing {
    private static final int MAXIMUM_JOBS = 1 << 16;
    private final int workers;

    /** A slot of the ring. */
    private static final class Slot {
        private int job;
    }

    /** A failure on a worker's thread. */
    private record Failure(RuntimeException exception, Error error) {
        private void rethrow() {
            if (error != null) {
                throw error;
            }
            throw exception;
        }
    }

    /** At most {@code workers} jobs run at once. */
    public WorkRing(final int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers=" + workers);
        }
        this.workers = workers;
    }

    /**
     * Runs every job and waits for all.
     *
     * @return the results, in the order of {@code jobs}
     * @throws RuntimeException that of the first job, in their order, that failed
     */
    public <T> List<T> run(final List<Supplier<T>> jobs) {
        if (jobs.size() > MAXIMUM_JOBS) {
            throw new IllegalArgumentException("jobs=" + jobs.size() + " but at most " + MAXIMUM_JOBS);
        }
        final AtomicReferenceArray<T> results = new AtomicReferenceArray<>(jobs.size());
        final AtomicReferenceArray<Failure> failures = new AtomicReferenceArray<>(jobs.size());
        final CountDownLatch open = new CountDownLatch(jobs.size());
        final AtomicInteger claimed = new AtomicInteger();
        final Disruptor<Slot> ring = ring(jobs.size());
        final List<EventHandler<Slot>> readers = new ArrayList<>();
        for (int i = 0; i < Math.min(workers, Math.max(1, jobs.size())); i++) {
            readers.add((slot, sequence, last) -> {
                if (claimed.compareAndSet(slot.job, slot.job + 1)) {
                    runOne(jobs, slot.job, results, failures);
                    open.countDown();
                }
            });
        }
        handle(ring, readers);
        final RingBuffer<Slot> slots = ring.start();
        for (int i = 0; i < jobs.size(); i++) {
            slots.publishEvent((slot, sequence, job) -> slot.job = job, i);
        }
        await(open);
        ring.shutdown();
        return inOrder(jobs.size(), results, failures);
    }

    private static Disruptor<Slot> ring(final int jobs) {
        final int size = Integer.highestOneBit(Math.max(1, jobs * 2 - 1));
        final AtomicInteger number = new AtomicInteger();
        final ThreadFactory threads = task -> {
            final Thread thread = new Thread(task, "machine-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
        return new Disruptor<>(Slot::new, size, threads, ProducerType.SINGLE, new BlockingWaitStrategy());
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static void handle(final Disruptor<Slot> ring, final List<EventHandler<Slot>> readers) {
        ring.setDefaultExceptionHandler(new NeverThrown());
        ring.handleEventsWith((EventHandler<Slot>[]) readers.toArray(new EventHandler[0]));
    }

    private static <T> void runOne(final List<Supplier<T>> jobs, final int job,
            final AtomicReferenceArray<T> results, final AtomicReferenceArray<Failure> failures) {
        try {
            results.set(job, jobs.get(job).get());
        } catch (final RuntimeException e) {
            failures.set(job, new Failure(e, null));
        } catch (final Error e) {
            failures.set(job, new Failure(null, e));
        }
    }

    private static void await(final CountDownLatch open) {
        try {
            open.await();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while machines were running", e);
        }
    }

    private static <T> List<T> inOrder(final int jobs, final AtomicReferenceArray<T> results,
            final AtomicReferenceArray<Failure> failures) {
        final List<T> ordered = new ArrayList<>(jobs);
        for (int i = 0; i < jobs; i++) {
            final Failure failure = failures.get(i);
            if (failure != null) {
                failure.rethrow();
            }
            ordered.add(results.get(i));
        }
        return ordered;
    }

    /** The handlers keep every exception, so none reaches the ring. */
    private static final class NeverThrown implements ExceptionHandler<Slot> {
        @Override
        public void handleEventException(final Throwable e, final long sequence, final Slot slot) {
            throw new AssertionError("job " + slot.job, e);
        }

        @Override
        public void handleOnStartException(final Throwable e) {
            throw new AssertionError(e);
        }

        @Override
        public void handleOnShutdownException(final Throwable e) {
            throw new AssertionError(e);
        }
    }
}
