package dev.shootdown.core.spi;

import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.LineDirectory;
import dev.shootdown.core.memory.LineDirectory.Proximity;

/**
 * Which cores share a physical core and a socket. Cores are numbered socket by socket, threads of a core
 * together.
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

    @Override
    public Proximity between(final int a, final int b) {
        if (a / threadsPerCore == b / threadsPerCore) {
            return Proximity.SAME_CORE;
        }
        return socket(a) == socket(b) ? Proximity.SAME_SOCKET : Proximity.CROSS_SOCKET;
    }
}
