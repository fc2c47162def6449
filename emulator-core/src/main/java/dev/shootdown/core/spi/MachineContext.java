package dev.shootdown.core.spi;

import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.PluginCounter;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.EventQueue;

/** The machine, as plugins see it. */
public interface MachineContext {
    /** How many cores there are. */
    int cores();

    /** A core. */
    CoreContext core(int id);

    /** RAM. */
    PhysicalMemory memory();

    /** The event queue. */
    EventQueue events();

    /** The configuration. */
    Settings settings();

    /** Sockets, cores, threads. */
    Topology topology();

    /** The seed of the run; a plugin mixes its own name or number into it. */
    long seed();

    /** The cycle that the machine has reached. */
    long now();

    /** The symbols of the guest image; empty if it has none. */
    SymbolTable symbols();

    /** Attaches {@code probe} to the function at linear address {@code function}. */
    void attach(long function, FunctionProbe probe);

    /** Who observes page walks: MMUs tell them, probes add themselves. */
    default WalkObservers walks() {
        return new WalkObservers();
    }

    /**
     * A counter for a plugin, which the machine saves, restores and reports. Called while a probe attaches.
     *
     * @param plugin the plugin's name
     * @param label the counter's own name: letters, digits and underscores
     * @param sentence what it counts
     */
    default PluginCounter counter(final String plugin, final String label, final String sentence) {
        return new PluginCounter(plugin, label, sentence);
    }

    /**
     * Lets {@code part}, which a probe keeps for this machine, be saved and restored with it. It is left out
     * of the digest, so it must never reach the guest. Called while a probe attaches.
     *
     * @param name the plugin's name, and the part's
     */
    default void keep(final String name, final Stateful part) {
        throw new UnsupportedOperationException("this machine keeps no parts of plugins, such as " + name);
    }

    /** Where events of interest to statistics and traces go. */
    EventSink sink();

    /** The command that repeats this run, for reports. */
    String replayCommand();

    /** The MMU of a core. */
    Mmu mmu(int core);

    /** The interrupt fabric. */
    InterruptFabric fabric();
}
