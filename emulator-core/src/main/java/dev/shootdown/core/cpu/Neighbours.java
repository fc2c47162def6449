package dev.shootdown.core.cpu;

import dev.shootdown.core.spi.MachineStop;

/** What a core reaches of the other cores, beside memory and interrupts. */
public interface Neighbours {
    /** There are none, or they are left alone: for cores that are run by hand. */
    Neighbours NONE = new Neighbours() {
        @Override
        public long now() {
            return 0;
        }

        @Override
        public void woken() {
            // Nobody has to be told.
        }

        @Override
        public void invalidate(final Core sender, final long address, final int flags, final int count,
                final int identifiers) {
            throw new MachineStop(MachineStop.Kind.NOT_MODELLED, sender.id(), 0,
                "INVLPGB on a bench is not modelled");
        }

        @Override
        public long invalidatedBy(final Core sender) {
            return 0;
        }
    };

    /** The cycle that the machine has reached. */
    long now();

    /** A core that waited has something to do again, because of a store. */
    void woken();

    /**
     * INVLPGB, whose operands are checked: begins to invalidate on all cores, the sender included.
     *
     * @param address RAX without the flags
     * @param flags the low bits of RAX
     * @param count ECX
     * @param identifiers EDX
     */
    void invalidate(Core sender, long address, int flags, int count, int identifiers);

    /** The cycle in which all that {@code sender} began to invalidate is invalidated: the end of TLBSYNC. */
    long invalidatedBy(Core sender);
}
