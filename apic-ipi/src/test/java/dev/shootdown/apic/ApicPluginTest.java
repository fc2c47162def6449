package dev.shootdown.apic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.Stateful;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
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

    /** A changing field is a number that is saved, or says why not. */
    @Test
    void shouldSaveEveryChangingField() throws ReflectiveOperationException {
        for (final Class<?> type : new Class<?>[] {LocalApic.class, ApicTimer.class, Requests.class}) {
            assertThat(Stateful.class).isAssignableFrom(type);
            for (final Field field : type.getDeclaredFields()) {
                final boolean fixed = Modifier.isStatic(field.getModifiers())
                    || Modifier.isFinal(field.getModifiers());
                if (!fixed && !field.isAnnotationPresent(Derived.class)) {
                    assertThat(SavedTags.all()).as(type + "." + field.getName()).anyMatch(
                        tag -> tag.replace("_", "").endsWith(field.getName()
                        .toLowerCase(java.util.Locale.ROOT)));
                }
            }
        }
    }
}
