package dev.shootdown.core.spi;

import dev.shootdown.core.cost.Setting;
import java.util.List;
import java.util.Optional;

/**
 * The door for plugins, found by {@link java.util.ServiceLoader}. Every method has an empty default: a plugin
 * gives what it has. A machine needs exactly one MMU and one interrupt fabric among its plugins.
 */
public interface EmulatorPlugin {
    /** A short name, unique among the plugins. */
    String name();

    /** The configuration keys that the plugin understands. */
    default List<Setting> settings() {
        return List.of();
    }

    /** Makes the MMUs of a machine, one for each core. */
    default Optional<MmuFactory> mmus() {
        return Optional.empty();
    }

    /** Makes the interrupt fabric of a machine. */
    default Optional<FabricFactory> fabric() {
        return Optional.empty();
    }

    /**
     * Watches a machine that is about to run; called once after everything is wired and the guest is loaded.
     */
    default Optional<Probe> probe() {
        return Optional.empty();
    }

    /** Makes all MMUs of one machine, so that they can share what belongs to the machine. */
    interface MmuFactory {
        /** One MMU for each of {@code machine.cores()}, in order. */
        List<Mmu> create(MachineContext machine);
    }

    /** Makes the fabric of one machine. */
    interface FabricFactory {
        /** The fabric, with a local controller for each of {@code machine.cores()}. */
        InterruptFabric create(MachineContext machine);
    }
}
