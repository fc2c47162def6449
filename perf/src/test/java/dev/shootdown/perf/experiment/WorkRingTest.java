package dev.shootdown.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkRingTest {
    @Test
    void shouldRunEachJobOnceAndGiveResultsInTheOrderOfTheJobs() {
        final AtomicInteger ran = new AtomicInteger();
        final List<Supplier<Integer>> jobs = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            final int number = i;
            jobs.add(() -> number + 0 * ran.incrementAndGet());
        }
        final List<Integer> results = new WorkRing(4).run(jobs);
        assertThat(results).hasSize(1000).isSorted().startsWith(0).endsWith(999);
        assertThat(ran).hasValue(1000);
    }

    @Test
    void shouldRunJobsAtTheSameTime() {
        final CountDownLatch both = new CountDownLatch(2);
        final Supplier<Boolean> meets = () -> {
            both.countDown();
            try {
                both.await();
                return true;
            } catch (final InterruptedException e) {
                return false;
            }
        };
        assertThat(new WorkRing(2).run(List.of(meets, meets))).containsExactly(true, true);
    }

    @Test
    void shouldThrowWhatTheFirstFailedJobThrew() {
        final List<Supplier<Integer>> jobs = List.of(() -> 1, () -> {
            throw new IllegalStateException("second");
        }, () -> {
            throw new IllegalArgumentException("third");
        });
        assertThatThrownBy(() -> new WorkRing(2).run(jobs)).isInstanceOf(IllegalStateException.class)
            .hasMessage("second");
    }

    @Test
    void shouldAcceptNoJobs() {
        assertThat(new WorkRing(2).run(List.<Supplier<Integer>>of())).isEmpty();
    }
}
