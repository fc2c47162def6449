package dev.shootdown.core.count;

import java.util.Locale;

/** Everything that the emulator counts, for each core. One row, one counter. */
public enum Counter {
    INSTRUCTIONS("instructions", "Guest instructions retired."),
    INTERRUPTS("interrupts", "Interrupts delivered to a handler, without exceptions."),
    EXCEPTIONS("exceptions", "Exceptions delivered to a handler."),
    PAGE_FAULTS("page_faults", "Page-fault exceptions delivered."),
    DTLB_LOADS("dtlb_loads", "Data reads that asked for a translation."),
    DTLB_STORES("dtlb_stores", "Data writes that asked for a translation."),
    DTLB_LOAD_MISSES("dtlb_load_misses", "Data reads that missed the first-level and second-level TLB."),
    DTLB_STORE_MISSES("dtlb_store_misses", "Data writes that missed the first-level and second-level TLB."),
    DTLB_L1_MISSES("dtlb_l1_misses", "Data accesses that missed the first-level TLB only."),
    ITLB_MISSES("itlb_misses", "Instruction fetches that missed the first-level and second-level TLB."),
    ITLB_L1_MISSES("itlb_l1_misses", "Instruction fetches that missed the first-level TLB only."),
    PAGE_WALKS("page_walks", "Walks of the paging structures."),
    PAGE_WALK_LOADS("page_walk_loads", "Paging-structure entries read by walks."),
    PAGING_STRUCTURE_CACHE_HITS("paging_structure_cache_hits",
        "Walks that began in a paging-structure cache."),
    PAGE_WALK_CYCLES("page_walk_cycles", "Cycles spent in page walks."),
    AD_ASSISTS("ad_assists", "Accessed or dirty bits set by the processor."),
    CR3_WRITES("cr3_writes", "MOV to CR3."),
    CR3_WRITES_NOFLUSH("cr3_writes_noflush", "MOV to CR3 with bit 63 set."),
    INVLPG("invlpg", "INVLPG executed."),
    INVPCID("invpcid", "INVPCID executed."),
    CONTENDED_LINES("contended_lines", "Accesses that moved a cache line from another core."),
    CONTENDED_CYCLES("contended_cycles",
        "Cycles in which an access waited for a cache line of another core."),
    STORE_FORWARDS("store_forwards", "Reads answered from the store buffer."),
    STORE_BUFFER_STALL_CYCLES("store_buffer_stall_cycles",
        "Cycles in which a core waited for its store buffer."),
    LOCKED_OPERATIONS("locked_operations", "LOCK-prefixed instructions and XCHG with memory."),
    HALTED_CYCLES("halted_cycles", "Cycles in HLT."),
    PAUSED_CYCLES("paused_cycles", "Cycles in PAUSE and TPAUSE."),
    IPI_SENT("ipi_sent", "Fixed inter-processor interrupts sent, one for each target."),
    IPI_DELIVERED("ipi_delivered",
        "Fixed inter-processor interrupts whose vector a target began to service."),
    IPI_COALESCED("ipi_coalesced",
        "Fixed inter-processor interrupts that found their vector already requested."),
    ICR_WRITES("icr_writes", "Writes of the interrupt command register that sent something."),
    NMI_DELIVERED("nmi_delivered", "Non-maskable interrupts serviced."),
    TIMER_INTERRUPTS("timer_interrupts", "Local APIC timer interrupts requested."),
    STALE_HITS("stale_hit",
        "Uses of a stale translation before the flush that covers it was complete: legal."),
    STALE_ACCESSES("stale_access",
        "Uses of a stale translation after a covering flush had been declared complete."),
    STALE_FRAMES("stale_frame", "Uses of a stale translation after the frame that it points to was freed."),
    FREED_TABLE_WALKS("freed_table_walk", "Walks through a paging structure whose frame had been freed."),
    UNKNOWN_PORT_ACCESSES("unknown_port_accesses", "Accesses to ports where no device is."),
    UNKNOWN_MEMORY_ACCESSES("unknown_memory_accesses", "Accesses to physical addresses where nothing is."),
    INVLPGB("invlpgb", "INVLPGB executed."),
    TLBSYNC("tlbsync", "TLBSYNC executed."),
    SPECULATIVE_WALKS("speculative_walks", "Page walks that no instruction asked for.");

    private final String label;
    private final String sentence;

    Counter(final String label, final String sentence) {
        this.label = label;
        this.sentence = sentence;
    }

    /** The key in results. */
    public String label() {
        return label;
    }

    /** What is counted. */
    public String sentence() {
        return sentence;
    }

    @Override
    public String toString() {
        return label.toLowerCase(Locale.ROOT);
    }
}
