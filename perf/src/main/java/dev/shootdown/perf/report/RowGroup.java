package dev.shootdown.perf.report;

import java.util.List;

/** The blocks of the text table and the counters in each, in order. A counter that no run has is left out. */
enum RowGroup {
    FLUSHES("flushes", "nr_tlb_remote_flush", "nr_tlb_remote_flush_received", "nr_tlb_local_flush_all",
        "nr_tlb_local_flush_one", "flushes_suppressed", "tlb_flush.task_switch", "tlb_flush.remote_shootdown",
        "tlb_flush.local_shootdown", "tlb_flush.local_mm_shootdown", "tlb_flush.remote_ipi_send",
        "tlb_flush.remote_wrong_cpu"),
    IPIS("IPIs", "ipi_sent", "ipi_delivered", "ipi_coalesced", "irq_tlb", "irq_call", "irq_resched"),
    SWITCHES("switches", "context_switches", "mm_switches", "mm_switches_noflush", "cr3_writes",
        "cr3_writes_noflush"),
    TLB("TLB", "dtlb_loads", "dtlb_load_misses", "dtlb_store_misses", "itlb_misses", "page_walks",
        "page_walk_cycles", "invlpg", "page_faults");

    private final String title;
    private final List<String> keys;

    RowGroup(final String title, final String... keys) {
        this.title = title;
        this.keys = List.of(keys);
    }

    String title() {
        return title;
    }

    List<String> keys() {
        return keys;
    }
}
