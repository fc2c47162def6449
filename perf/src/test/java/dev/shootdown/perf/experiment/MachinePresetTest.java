package dev.shootdown.perf.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.spi.MachineSetting;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MachinePresetTest {
    @Test
    void shouldLeaveTheDefaultsAloneForTheDefaultMachine() {
        assertThat(MachinePreset.find(MachinePreset.DEFAULT).apply(KnownSettings.defaults()).given())
            .isEmpty();
    }

    @Test
    void shouldUseOnlyKnownKeysApartFromThoseOfPlugins() {
        final Set<String> known =
            KnownSettings.defaults().all().stream().map(setting -> setting.key()).collect(Collectors.toSet());
        assertThat(MachinePreset.find("zen4-1s").keys())
            .allMatch(key -> known.contains(key) || key.startsWith("tlb.") || key.startsWith("psc."));
    }

    @Test
    void shouldNameTheMachinesThatThereAre() {
        assertThatThrownBy(() -> MachinePreset.find("zen4")).isInstanceOf(SettingException.class)
            .hasMessage("unknown machine 'zen4'; there are skylake-sp-2s, zen4-1s; the nearest is 'zen4-1s'");
    }

    @Test
    void shouldApplyValuesAndKeepTheDescription() {
        final MachinePreset preset =
            MachinePreset.parse("toy", List.of("# A toy.", "", "# source", "cost.invlpg = 7",
            "machine.sockets=1"));
        final Settings settings = preset.apply(KnownSettings.defaults());
        assertThat(preset.description()).isEqualTo("A toy.");
        assertThat(settings.get(CostParam.INVLPG)).isEqualTo(7);
        assertThat(settings.get(MachineSetting.SOCKETS)).isEqualTo(1);
    }

    @Test
    void shouldSayWhereADamagedLineStands() {
        assertThatThrownBy(() -> MachinePreset.parse("toy", List.of("# A toy.", "cost.invlpg")))
            .hasMessageContaining("toy.properties:2");
        assertThatThrownBy(() -> MachinePreset.parse("toy", List.of("cost.invlpg=1", "cost.invlpg=2")))
            .hasMessageContaining("twice");
        assertThatThrownBy(() -> MachinePreset.parse("toy", List.of("cost.invplg=1"))
            .apply(KnownSettings.defaults()))
            .hasMessageContaining("toy.properties:1").hasMessageContaining("'cost.invlpg'");
    }
}
