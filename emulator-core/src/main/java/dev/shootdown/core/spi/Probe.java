package dev.shootdown.core.spi;

/** Attaches to a loaded machine before it runs, by symbols and function probes. */
public interface Probe {
    /** Called once, before the first instruction. */
    void attach(MachineContext machine);
}
