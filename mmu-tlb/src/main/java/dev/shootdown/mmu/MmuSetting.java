package dev.shootdown.mmu;

import static dev.shootdown.core.cost.Confidence.ASSUMED;
import static dev.shootdown.core.cost.Confidence.LITERATURE;
import static dev.shootdown.core.cost.Confidence.MEASURED;

import dev.shootdown.core.cost.Confidence;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.SettingRow;

/** The geometry of the TLBs and what the oracle does. Defaults: Skylake-SP. Sets are powers of two. */
public enum MmuSetting implements Setting {
    L1D_4K_SETS("tlb.l1d_4k_sets", "sets", 1, 1024, 16, MEASURED, "First-level data TLB, 4 KiB pages."),
    L1D_4K_WAYS("tlb.l1d_4k_ways", "ways", 1, 127, 4, MEASURED, "Its ways."),
    L1D_2M_SETS("tlb.l1d_2m_sets", "sets", 1, 1024, 8, LITERATURE, "First-level data TLB, 2 MiB pages."),
    L1D_2M_WAYS("tlb.l1d_2m_ways", "ways", 1, 127, 4, LITERATURE, "Its ways."),
    L1D_1G_SETS("tlb.l1d_1g_sets", "sets", 1, 1024, 1, MEASURED, "First-level data TLB, 1 GiB pages."),
    L1D_1G_WAYS("tlb.l1d_1g_ways", "ways", 1, 127, 4, MEASURED, "Its ways."),
    L1I_4K_SETS("tlb.l1i_4k_sets", "sets", 1, 1024, 16, MEASURED,
        "First-level instruction TLB, 4 KiB pages."),
    L1I_4K_WAYS("tlb.l1i_4k_ways", "ways", 1, 127, 8, MEASURED, "Its ways."),
    L1I_2M_SETS("tlb.l1i_2m_sets", "sets", 1, 1024, 1, MEASURED,
        "First-level instruction TLB, 2 MiB pages; pieces of 1 GiB pages too."),
    L1I_2M_WAYS("tlb.l1i_2m_ways", "ways", 1, 127, 8, MEASURED, "Its ways."),
    L2_SETS("tlb.l2_sets", "sets", 1, 4096, 128, MEASURED,
        "Second-level TLB, 4 KiB and 2 MiB pages together."),
    L2_WAYS("tlb.l2_ways", "ways", 0, 127, 12, LITERATURE, "Its ways."),
    L2_1G_SETS("tlb.l2_1g_sets", "sets", 1, 1024, 4, LITERATURE, "Second-level TLB, 1 GiB pages."),
    L2_1G_WAYS("tlb.l2_1g_ways", "ways", 0, 127, 4, LITERATURE, "Its ways."),
    L1D_SHARED("tlb.l1d_shared", "0|1", 0, 1, 0, ASSUMED,
        "The first-level data TLB is one array for all sizes of page, described by tlb.l1d_4k_*."),
    L1I_SHARED("tlb.l1i_shared", "0|1", 0, 1, 0, ASSUMED,
        "The first-level instruction TLB is one array for all sizes of page, described by tlb.l1i_4k_*."),
    L2_2M_SETS("tlb.l2_2m_sets", "sets", 1, 4096, 128, ASSUMED,
        "Second-level TLB of its own for 2 MiB pages, if it has ways."),
    L2_2M_WAYS("tlb.l2_2m_ways", "ways", 0, 127, 0, ASSUMED, "Its ways; 0 if they lie in tlb.l2_*."),
    L2I_SETS("tlb.l2i_sets", "sets", 1, 4096, 64, ASSUMED,
        "Second-level TLB of its own for instructions, if it has ways; 4 KiB and 2 MiB pages."),
    L2I_WAYS("tlb.l2i_ways", "ways", 0, 127, 0, ASSUMED, "Its ways; 0 if they lie with the data's."),
    L2_1G_PIECES("tlb.l2_1g_pieces", "0|1", 0, 1, 0, ASSUMED,
        "The second level holds 1 GiB pages in pieces of 2 MiB; tlb.l2_1g_* is not used then."),
    PSC_PML5("psc.pml5", "entries", 0, 127, 0, ASSUMED,
        "Entries of the PML5-entry cache, with machine.la57."),
    PSC_PML4("psc.pml4", "entries", 0, 127, 0, LITERATURE, "Entries of the PML4-entry cache."),
    PSC_PDPT("psc.pdpt", "entries", 0, 127, 4, LITERATURE, "Entries of the PDPT-entry cache."),
    PSC_PD("psc.pd", "entries", 0, 127, 32, LITERATURE, "Entries of the PD-entry cache."),
    REPLACEMENT("tlb.replacement", "policy", 0, 2, 0, ASSUMED,
        "Replacement in all TLBs: 0 true LRU, 1 tree PLRU, 2 random with the machine's seed."),
    PSC_SKIP("psc.skip", "of 1000", 0, 1000, 0, ASSUMED,
        "How many of the paging-structure entries that could be cached are not, by chance."),
    INVALIDATE_MORE("tlb.invalidate_more", "of 1000", 0, 1000, 0, ASSUMED,
        "How many invalidations drop more than they must, by chance."),
    EVICT_CYCLES("tlb.evict_cycles", "cycles", 0, 1_000_000_000, 0, ASSUMED,
        "Mean time between losses of an entry of a core's TLBs that nothing asked for; 0 for none."),
    SPECULATE_CYCLES("tlb.speculate_cycles", "cycles", 0, 1_000_000_000, 0, ASSUMED,
        "Mean time between page walks of a core that nothing asked for; 0 for none."),
    ORACLE("oracle.enabled", "0|1", 0, 1, 1, ASSUMED, "Judge every use of a stale translation."),
    ORACLE_STOP("oracle.stop_at_first", "0|1", 0, 1, 0, ASSUMED, "End the run at the first fault."),
    ORACLE_REPORTS("oracle.max_reports", "reports", 0, 100_000, 16, ASSUMED,
        "Reports to keep of each class.");

    private final SettingRow row;

    MmuSetting(final String key, final String unit, final long minimum, final long maximum, final long value,
            final Confidence confidence, final String sentence) {
        row = new SettingRow(key, unit, minimum, maximum, value, sentence, sourceOf(confidence), confidence);
    }

    private static String sourceOf(final Confidence confidence) {
        switch (confidence) {
            case MEASURED:
                return "Skylake-SP CPUID dumps (leaf 2, leaf 4) and uops documentation";
            case LITERATURE:
                return "Intel optimization manual 248966; microarchitecture literature";
            default:
                return "a choice of this program";
        }
    }

    @Override
    public SettingRow row() {
        return row;
    }
}
