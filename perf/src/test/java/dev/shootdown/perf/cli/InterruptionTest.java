package dev.shootdown.perf.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.spi.MachineStop;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class InterruptionTest {
    @Test
    void shouldEndTheRunAtTheNextReportOfProgress() {
        try (Interruption interruption = Interruption.begin()) {
            assertThatCode(() -> interruption.at(1, 1)).doesNotThrowAnyException();
        }
        final Interruption asked = Interruption.begin();
        asked.ask();
        assertThatThrownBy(() -> asked.at(7, 1)).hasMessage("interrupted at cycle 7")
            .asInstanceOf(InstanceOfAssertFactories.type(MachineStop.class))
            .matches(stop -> stop.kind() == MachineStop.Kind.COMMAND);
        asked.close();
    }
}
