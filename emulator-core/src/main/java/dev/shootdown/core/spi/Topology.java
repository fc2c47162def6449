package dev.shootdown.core.spi;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.LineDirectory;
import dev.shootdown.core.memory.LineDirectory.Proximity;

/**
 * Which cores share a physical core and a socket. Cores are numbered socket by socket, threads of a core
 * together. When there are more cores than the sockets of the settings hold, there are more sockets.
 */
public final class Topology implements LineDirectory.Distance {
    private final int threadsPerCore;
    private final int threadsPerSocket;

    /** As {@code settings} say. */
    public Topology(final Settings settings) {
        threadsPerCore = settings.integer(MachineSetting.THREADS_PER_CORE);
        threadsPerSocket = threadsPerCore * settings.integer(MachineSetting.CORES_PER_SOCKET);
    }

    /** The socket of a core. */
    public int socket(final int core) {
        return core / threadsPerSocket;
    }

    /** SMT threads of a physical core. */
    public int threadsPerCore() {
        return threadsPerCore;
    }

    /** SMT threads of a socket. */
    public int threadsPerSocket() {
        return threadsPerSocket;
    }

    /**
     * The APIC identifier of a core: a field of bits each for the thread, the physical core and the socket,
     * as wide as CPUID leaf 0xB says. So identifiers have gaps where those counts are no powers of two.
     * SDM 3A 9.9.
     */
    public int apicId(final int core) {
        final int inSocket = core % threadsPerSocket;
        return socket(core) << socketShift() | inSocket / threadsPerCore << threadShift()
            | inSocket % threadsPerCore;
    }

    /** How many low bits of an APIC identifier number the threads of a physical core. */
    public int threadShift() {
        return bits(threadsPerCore);
    }

    /** How many low bits of an APIC identifier number the threads of a socket. */
    public int socketShift() {
        return threadShift() + bits(threadsPerSocket / threadsPerCore);
    }

    private static int bits(final int count) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    }

    @Override
    public Proximity between(final int a, final int b) {
        if (a / threadsPerCore == b / threadsPerCore) {
            return Proximity.SAME_CORE;
        }
        return socket(a) == socket(b) ? Proximity.SAME_SOCKET : Proximity.CROSS_SOCKET;
    }
}
