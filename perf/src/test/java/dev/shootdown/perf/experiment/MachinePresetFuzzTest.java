package dev.shootdown.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.cost.Settings;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever a preset's file holds, it is taken, or one line says which of its lines is wrong. */
class MachinePresetFuzzTest {
    private static final Settings DEFAULTS = KnownSettings.defaults();

    @Provide
    Arbitrary<List<String>> lines() {
        return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(40),
            Arbitraries.strings().withChars("costmachine._= 0123456789#-").ofMaxLength(40),
            Arbitraries.of("# a machine", "cost.invlpg = 7", "cost.invlpg=", "= 1", "cost.invlpg = -1",
                "machine.sockets = 9999999999999999999", "machine.sockets = 2", "", "cost.pause = 1_0"))
            .list().ofMaxSize(8);
    }

    @Property(tries = 1000, seed = "20250709")
    void shouldTakeOrRefuseAnyLines(@ForAll("lines") final List<String> lines) {
        try {
            final MachinePreset preset = MachinePreset.parse("fuzz", lines);
            final Settings settings = preset.apply(DEFAULTS);
            assertThat(settings.given().keySet()).containsExactlyElementsOf(preset.keys());
        } catch (final SettingException e) {
            assertThat(e.getMessage()).matches("(?s)fuzz\\.properties:\\d+: .*").hasSizeLessThan(1000);
        }
    }
}
