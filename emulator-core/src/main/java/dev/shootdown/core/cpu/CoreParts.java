package dev.shootdown.core.cpu;

import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.LineDirectory;
import dev.shootdown.core.memory.PhysicalMap;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.memory.PortMap;
import dev.shootdown.core.spi.Topology;
import dev.shootdown.core.state.Derived;

/**
 * What all cores of a machine share and each needs.
 *
 * @param memory RAM
 * @param devices what else has physical addresses
 * @param ports I/O ports
 * @param lines who holds each cache line
 * @param settings the configuration
 * @param topology sockets, cores, threads
 * @param cores how many cores there are
 * @param sink where events of interest go
 * @param blocks decoded instructions
 * @param probes functions that the host watches
 * @param seed the seed of the run
 */
public record CoreParts(PhysicalMemory memory, PhysicalMap devices, PortMap ports, LineDirectory lines,
    Settings settings, Topology topology, int cores, EventSink sink,
    @Derived("decoded from memory again") BlockSource blocks, ProbePoints probes, long seed) {
}
