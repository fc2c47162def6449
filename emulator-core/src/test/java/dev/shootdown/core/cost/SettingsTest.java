package dev.shootdown.core.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private final Settings settings = Settings.defaultsOf(List.of(CostParam.values()));

    @Test
    void shouldGiveDefaultsUntilAValueIsSet() {
        assertThat(settings.integer(CostParam.INVLPG)).isEqualTo(200);
        final Settings changed = settings.with("cost.invlpg", "1_50", "--set");
        assertThat(changed.integer(CostParam.INVLPG)).isEqualTo(150);
        assertThat(changed.given()).containsOnlyKeys("cost.invlpg");
        assertThat(settings.isSet(CostParam.INVLPG)).isFalse();
    }

    @Test
    void shouldNameTheNearestKeyOfAnUnknownOne() {
        assertThatThrownBy(() -> settings.with("cost.invplg", "1", "--set"))
            .isInstanceOf(SettingException.class)
            .hasMessage("--set: unknown key 'cost.invplg'; the nearest is 'cost.invlpg'");
    }

    @Test
    void shouldSayWhatIsAllowedWhenAValueIsNot() {
        assertThatThrownBy(() -> settings.with("cost.instruction", "0", "a.properties:3"))
            .hasMessage("a.properties:3: cost.instruction=0 is out of range; expected "
                + "an integer from 1 to 100000000 (cycles)");
        assertThatThrownBy(() -> settings.with("cost.instruction", "many", "--set"))
            .hasMessageContaining("cost.instruction=many is not an integer from 1");
    }
}
