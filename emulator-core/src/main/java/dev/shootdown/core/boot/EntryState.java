package dev.shootdown.core.boot;

/**
 * How core 0 starts; every register that is not named here is as after reset, and interrupts are off.
 *
 * @param mode the processor mode
 * @param rip the first instruction
 * @param startInfo physical address of what the image is told: {@code hvm_start_info}, or the Multiboot
 *     information
 * @param cr3 the page tables of {@link Mode#LONG_64}, otherwise 0
 */
public record EntryState(Mode mode, long rip, long startInfo, long cr3) {
    /** What EAX says to a kernel that a Multiboot 1 loader starts. Multiboot 0.6.96, 3.2. */
    public static final long MULTIBOOT_MAGIC = 0x2BAD_B002L;

    /** Where the processor's modes stand, and which registers say what. */
    public enum Mode {
        /**
         * 32-bit protected mode, paging off, flat 4 GiB segments, EBX = start information (Xen, "x86/HVM
         * direct boot ABI").
         */
        PVH_32,
        /** As {@link #PVH_32}, and EAX = {@link EntryState#MULTIBOOT_MAGIC}. Multiboot 0.6.96, 3.2. */
        MULTIBOOT_32,
        /**
         * 64-bit mode with flat segments, the low 4 GiB mapped to themselves; CR4.PAE, EFER.LME and LMA set;
         * RSI = start information.
         */
        LONG_64
    }
}
