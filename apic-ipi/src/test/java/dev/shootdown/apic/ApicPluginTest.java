package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.spi.EmulatorPlugin;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ApicPluginTest {
    @Test
    void shouldBeFoundThroughTheDoor() {
        assertThat(ServiceLoader.load(EmulatorPlugin.class)).anySatisfy(plugin -> {
            assertThat(plugin.name()).isEqualTo("x86-apic");
            assertThat(plugin.fabric()).isPresent();
            assertThat(plugin.mmus()).isEmpty();
            assertThat(plugin.settings()).containsExactly(ApicSetting.values());
        });
    }
}
