package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.cost.Settings;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {
    @Test
    void shouldNameTheKernelsThatThereAreAndTheNearest() {
        assertThatThrownBy(() -> GuestCatalog.find("6.15rc5")).isInstanceOf(GuestException.class)
            .hasMessage("unknown kernel '6.15rc5'; there are v6.15-rc5, v6.15; the nearest is 'v6.15-rc5'");
    }

    @Test
    void shouldFindEachKernelByItsOwnName() {
        for (final String name : GuestCatalog.names()) {
            assertThat(GuestCatalog.find(name).kernelName()).isEqualTo(name);
            assertThat(GuestCatalog.find(name).resource())
                .isEqualTo("/dev/shootdown/guest/images/" + name + ".elf");
        }
    }

    @Test
    void shouldNameTheWorkloadsThatThereAreAndTheNearest() {
        assertThatThrownBy(() -> Workload.find("mix"))
            .hasMessage("unknown workload 'mix'; there are mixed, selftest; the nearest is 'mixed'");
    }

    @Test
    void shouldPassOnOnlyTheParametersThatSomebodyGave() {
        final Settings settings = Settings.defaultsOf(List.of(WorkloadSetting.values()))
            .with("workload.threads", "12", "test").with("workload.think_ns", "0", "test");
        assertThat(Workload.MIXED.commandLine(settings, 20_000, 7))
            .isEqualTo("workload=mixed threads=12 think_ns=0 duration_us=20000 seed=7");
    }

    @Test
    void shouldSayWhichFileIsMissing(@TempDir final Path folder) {
        assertThatThrownBy(() -> GuestImage.ofFile(folder.resolve("none.elf")))
            .isInstanceOf(GuestException.class)
            .hasMessageContaining("no such file").hasMessageContaining("none.elf");
        assertThatThrownBy(() -> GuestImage.ofFile(folder)).hasMessageContaining("not a readable file");
    }
}
