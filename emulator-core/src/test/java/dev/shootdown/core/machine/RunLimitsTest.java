package dev.shootdown.core.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.time.EventQueue;
import org.junit.jupiter.api.Test;

class RunLimitsTest {
    @Test
    void shouldEndBeforeNever() {
        assertThat(RunLimits.of(Long.MAX_VALUE).cycles()).isLessThan(EventQueue.NEVER);
    }

    @Test
    void shouldRefuseNegativeCycles() {
        assertThatThrownBy(() -> RunLimits.of(-1)).hasMessageContaining("cycles=-1");
    }
}
