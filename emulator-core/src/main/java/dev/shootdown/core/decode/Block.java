package dev.shootdown.core.decode;

/**
 * A run of instructions inside one frame that control can only enter at the top or resume in the middle of.
 */
public final class Block {
    /** The instructions, at least one. */
    public final Insn[] insns;
    /** Physical address of the first byte. */
    public final long physical;
    /** Bytes covered. */
    public final int bytes;
    /** Whether a write to its frame has made it useless. */
    public boolean dropped;
    /** The block that control went to last time, or null: where to look first. */
    public Block follower;
    /** Whether function probes look at its first instruction. */
    public final boolean probed;

    /** A block of {@code insns} at {@code physical}. */
    public Block(final Insn[] insns, final long physical, final int bytes, final boolean probed) {
        this.insns = insns;
        for (int i = 1; i < insns.length; i++) {
            insns[i - 1].next = insns[i];
        }
        this.physical = physical;
        this.bytes = bytes;
        this.probed = probed;
    }
}
