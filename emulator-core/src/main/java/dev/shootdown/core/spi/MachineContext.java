package dev.shootdown.core.spi;

import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.PhysicalMemory;
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

    /** Where events of interest to statistics and traces go. */
    EventSink sink();

    /** The command that repeats this run, for reports. */
    String replayCommand();

    /** The MMU of a core. */
    Mmu mmu(int core);

    /** The interrupt fabric. */
    InterruptFabric fabric();
}
