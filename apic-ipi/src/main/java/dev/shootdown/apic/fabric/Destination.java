package dev.shootdown.apic.fabric;

/**
 * Who is addressed. SDM 3A 11.6.2 and 11.12.10.
 *
 * <p>Logical identifiers: in the flat model one bit for each of eight; in the cluster model and in x2APIC
 * mode a cluster number and one bit for each member.
 *
 * <pre>
 *   flat       7           0        cluster  7     4 3     0       x2APIC  31      16 15          0
 *             +-------------+               +-------+-------+             +----------+-------------+
 *             |   members   |               |cluster|members|             | cluster  |   members   |
 *             +-------------+               +-------+-------+             +----------+-------------+
 * </pre>
 */
public final class Destination {
    /** All local APICs, as an xAPIC and a device say it. */
    public static final long BROADCAST = 0xFF;
    /** All local APICs, as an x2APIC says it. */
    public static final long X2APIC_BROADCAST = 0xFFFF_FFFFL;

    private static final int XAPIC_CLUSTER_SHIFT = 4;
    private static final int XAPIC_MEMBERS = 0xF;
    private static final int X2APIC_CLUSTER_SHIFT = 16;
    private static final int X2APIC_MEMBERS = 0xFFFF;
    private static final int X2APIC_MEMBER_NUMBER = 0xF;
    private static final int X2APIC_ID_CLUSTER_SHIFT = 4;

    private Destination() {
    }

    /** The logical identifier that x2APIC mode derives from the x2APIC identifier. SDM 3A 11.12.10.2. */
    public static int x2apicLogicalId(final int apicId) {
        return apicId >>> X2APIC_ID_CLUSTER_SHIFT << X2APIC_CLUSTER_SHIFT
            | 1 << (apicId & X2APIC_MEMBER_NUMBER);
    }

    /** Whether {@code destination}, written in x2APIC mode or not, means everybody. */
    public static boolean isBroadcast(final long destination, final boolean x2apic) {
        return destination == (x2apic ? X2APIC_BROADCAST : BROADCAST);
    }

    /** Whether a message whose destination is not a broadcast is for {@code endpoint}. */
    public static boolean matches(final Endpoint endpoint, final long destination, final boolean logical) {
        if (!logical) {
            return endpoint.apicId() == destination;
        }
        if (endpoint.isX2apic()) {
            return matchesX2apic(endpoint.logicalId(), destination);
        }
        if (destination > BROADCAST) {
            return false;
        }
        return endpoint.isFlat() ? (endpoint.logicalId() & destination) != 0
            : matchesCluster(endpoint.logicalId(), (int) destination);
    }

    private static boolean matchesX2apic(final int logicalId, final long destination) {
        return logicalId >>> X2APIC_CLUSTER_SHIFT == destination >>> X2APIC_CLUSTER_SHIFT
            && (logicalId & destination & X2APIC_MEMBERS) != 0;
    }

    private static boolean matchesCluster(final int logicalId, final int destination) {
        return logicalId >>> XAPIC_CLUSTER_SHIFT == destination >>> XAPIC_CLUSTER_SHIFT
            && (logicalId & destination & XAPIC_MEMBERS) != 0;
    }

    /**
     * The better target of a lowest-priority message: the lower processor priority, then the lower core. SDM
     * 3A 11.6.2.4 leaves the choice between equals to the processor. An APIC that software has disabled is no
     * candidate.
     *
     * @param best the best so far, or -1
     */
    static int lowerPriority(final Endpoint[] endpoints, final int best, final int candidate) {
        if (!endpoints[candidate].isEnabled()) {
            return best;
        }
        return best < 0 || endpoints[candidate].processorPriority() < endpoints[best].processorPriority()
            ? candidate : best;
    }
}
