package dev.shootdown.apic;

import dev.shootdown.apic.fabric.DeliveryModel;
import dev.shootdown.apic.fabric.IpiFabric;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import java.util.List;
import java.util.Optional;

/** The local APICs of x86 and what connects them. */
public final class ApicPlugin implements EmulatorPlugin {
    @Override
    public String name() {
        return "x86-apic";
    }

    @Override
    public List<Setting> settings() {
        return List.of(ApicSetting.values());
    }

    @Override
    public Optional<FabricFactory> fabric() {
        return Optional.of(ApicPlugin::create);
    }

    /**
     * The fabric of {@code machine} with its local APICs; its ledger is what a host checks at the end of a
     * run.
     */
    public static IpiFabric create(final MachineContext machine) {
        final Settings settings = machine.settings();
        final int capacity = settings.integer(ApicSetting.INBOUND_CAPACITY);
        if (Integer.bitCount(capacity) != 1) {
            throw new SettingException(ApicSetting.INBOUND_CAPACITY.key() + "=" + capacity
                + " is not a power of two");
        }
        if (settings.get(ApicSetting.TIMER_KHZ) > settings.get(MachineSetting.FREQUENCY_KHZ)) {
            throw new SettingException(ApicSetting.TIMER_KHZ.key() + "=" + settings.get(ApicSetting.TIMER_KHZ)
                + " is above " + MachineSetting.FREQUENCY_KHZ.key() + "="
                + settings.get(MachineSetting.FREQUENCY_KHZ));
        }
        final DeliveryModel model = new DeliveryModel(machine.topology(), settings,
            settings.flag(ApicSetting.MULTICAST_CLUSTERS));
        return new IpiFabric(machine, model, capacity,
            (core, fabric) -> new LocalApic(machine, core, fabric));
    }
}
