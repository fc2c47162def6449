package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kernel tests its own parts. */
class SelfTestTest {
    static Stream<Arguments> machines() {
        return Stream.of(GuestCatalog.values())
            .flatMap(kernel -> Stream.of(1, 2, 4).map(cpus -> Arguments.of(kernel, cpus)));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void shouldPassItsOwnTests(final GuestCatalog kernel, final int cpus) {
        final GuestRun run = new GuestRun(kernel, cpus, 1, "workload=selftest");
        assertThat(run.toEnd().stop().status()).as(run.transcript()).isEqualTo(1);
        final List<String> verdicts = GuestRun.verdicts(run.transcript());
        assertThat(verdicts).last().isEqualTo("result: pass");
        assertThat(verdicts).hasSizeGreaterThan(1).noneMatch(line -> line.contains("FAILED"));
    }
}
