package dev.shootdown.perf.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.perf.experiment.FakeRunner;
import dev.shootdown.perf.experiment.Requests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class TextReportTest {
    @Test
    void shouldRenderTwoKernelsLikeTheGoldenFile() throws IOException {
        assertThat(render(Ink.PLAIN, "v6.15-rc5", "v6.15")).isEqualTo(golden("diff.txt"));
    }

    @Test
    void shouldRenderOneKernelWithoutAChangeColumn() {
        assertThat(render(Ink.PLAIN, "v6.15")).doesNotContain("change").contains("irq_tlb");
    }

    @Test
    void shouldCompareEachFurtherKernelWithTheFirst() {
        final String text = render(Ink.PLAIN, "v6.15-rc5", "v6.15", "v6.15-rc5");
        assertThat(text.lines().filter(line -> line.contains("nr_tlb_remote_flush")).findFirst()
            .orElseThrow())
            .matches(" +nr_tlb_remote_flush +12,345 +12,400 +12,345 +\\+0\\.4% +=");
        assertThat(text.lines()).allMatch(line -> line.length() <= 110);
    }

    @Test
    void shouldUseColourOnlyWhenAskedTo() {
        assertThat(render(Ink.PLAIN, "v6.15-rc5", "v6.15")).doesNotContain("\u001b");
        assertThat(render(Ink.ANSI, "v6.15-rc5", "v6.15")).contains("\u001b[1;31m  stale_access");
    }

    @Test
    void shouldWriteTheSameInEveryLocale() {
        final Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(render(Ink.PLAIN, "v6.15-rc5", "v6.15")).contains("123,456,789").contains("20.0 MIPS");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void shouldSayWhatAChangeFromZeroIs() {
        assertThat(Numbers.change(0, 5)).isEqualTo("new");
        assertThat(Numbers.change(7, 7)).isEqualTo("=");
        assertThat(Numbers.change(200, 0)).isEqualTo("-100.0%");
        assertThat(Numbers.change(100_000, 100_010)).isEqualTo("+0.01%");
    }

    private static String render(final Ink ink, final String... kernels) {
        return new TextReport(Requests.results(new FakeRunner(), kernels), "./shootdown diff v6.15-rc5 v6.15",
            ink)
            .render();
    }

    private static String golden(final String name) throws IOException {
        try (InputStream in = TextReportTest.class.getResourceAsStream("/dev/shootdown/perf/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
