package dev.shootdown.core.boot;

/**
 * How core 0 starts; every register that is not named here is zero, and interrupts are off.
 *
 * @param mode the processor mode
 * @param rip the first instruction
 * @param startInfo physical address of {@code hvm_start_info}: in EBX for {@link Mode#PVH_32}, in RSI for
 *     {@link Mode#LONG_64}
 * @param cr3 the page tables of {@link Mode#LONG_64}, otherwise 0
 */
public record EntryState(Mode mode, long rip, long startInfo, long cr3) {
    /** Where the processor's modes stand. */
    public enum Mode {
        /** 32-bit protected mode, paging off, flat 4 GiB segments (Xen, "x86/HVM direct boot ABI"). */
        PVH_32,
        /**
         * 64-bit mode with flat segments, the low 4 GiB mapped to themselves; CR4.PAE, EFER.LME and LMA set.
         */
        LONG_64
    }
}
