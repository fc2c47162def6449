package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Invlpgb;
import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.spi.contract.ContractCore;
import dev.shootdown.mmu.tlb.CachedKind;
import dev.shootdown.mmu.tlb.Tlb;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The table {@link Invalidation} against what really happens: the caches are filled by accesses under two
 * PCIDs, the event takes place, and every entry of every cache is looked for again.
 */
class InvalidationTableTest {
    private static final long THIS = 1;
    private static final long OTHER = 2;
    /** Pages that share no table below the root, in 4 KiB, 2 MiB and 1 GiB, not global and global. */
    private static final long[] SAME = {0x0080_0040_0000L, 0x0100_4000_0000L, 0x0180_8000_0000L};
    private static final long[] ELSEWHERE = {0x0200_0040_0000L, 0x0280_4000_0000L, 0x0300_8000_0000L};
    private static final long[] GLOBAL_SAME = {0x0380_0040_0000L, 0x0400_4000_0000L, 0x0480_8000_0000L};
    private static final long[] GLOBAL_ELSEWHERE = {0x0500_0040_0000L, 0x0580_4000_0000L, 0x0600_8000_0000L};
    private static final int[] SHIFTS = {PageSize.SHIFT_4K, PageSize.SHIFT_2M, PageSize.SHIFT_1G};

    private MmuBench machine;
    private ContractCore core;
    private long root;

    // ---- the caches

    private void build(final Invalidation event, final String... settings) {
        final List<String> all = new ArrayList<>(List.of("machine.vendor_amd", "1", "machine.la57", "1",
            "tlb.l2_sets", "4"));
        for (final String roomy : new String[] {"psc.pml4", "psc.pdpt", "psc.pd", "tlb.l1d_1g_ways",
            "tlb.l2_1g_ways", "tlb.l1d_4k_ways", "tlb.l1d_2m_ways", "tlb.l1i_4k_ways", "tlb.l1i_2m_ways",
            "tlb.l2_ways"}) {
            all.addAll(List.of(roomy, "64"));
        }
        all.addAll(List.of(settings));
        machine = new MmuBench(1, all.toArray(String[]::new));
        core = machine.core(0);
        root = machine.newTable();
        for (int size = 0; size < SHIFTS.length; size++) {
            map(SAME[size], size, 0);
            map(ELSEWHERE[size], size, 0);
            map(GLOBAL_SAME[size], size, Pte.GLOBAL);
            map(GLOBAL_ELSEWHERE[size], size, Pte.GLOBAL);
        }
        begin(event);
        for (long pcid = OTHER; pcid >= THIS; pcid--) {
            machine.load(0, root | (tagged() ? pcid : 0), tagged());
            for (final long[] pages : List.of(SAME, ELSEWHERE, GLOBAL_SAME, GLOBAL_ELSEWHERE)) {
                touch(pages);
            }
        }
    }

    private void map(final long linear, final int size, final long bits) {
        machine.map(root, linear, size + 1, 0x4000_0000L, Pte.PRESENT | Pte.USER | MmuBench.SEEN | bits);
    }

    private void touch(final long[] pages) {
        for (final long page : pages) {
            machine.x86(0).translate(page, Access.READ | Access.USER);
            machine.x86(0).translate(page, Access.FETCH | Access.USER);
        }
    }

    private boolean tagged() {
        return (core.cr4 & Cr4.PCIDE) != 0;
    }

    private long pcid(final long which) {
        return tagged() ? which : 0;
    }

    /** Every place where an entry of {@code kind} lies, by name. */
    private List<String> pages(final int kind, final long pcid) {
        final TlbHierarchy tlbs = machine.x86(0).tlbs();
        final long[] addresses = addresses(kind);
        final List<String> places = new ArrayList<>();
        for (final Tlb tlb : List.of(tlbs.dataSmall, tlbs.dataLarge, tlbs.dataHuge, tlbs.codeSmall,
                tlbs.codeLarge, tlbs.second, tlbs.secondHuge)) {
            for (int size = 0; size < SHIFTS.length; size++) {
                for (final int shift : SHIFTS) {
                    if (tlb.find(addresses[size], shift, pcid) != Tlb.MISS) {
                        places.add(tlb.name() + " " + size + " " + shift);
                    }
                }
            }
        }
        return places;
    }

    private static long[] addresses(final int kind) {
        switch (kind) {
            case CachedKind.GLOBAL_SAME:
                return GLOBAL_SAME;
            case CachedKind.GLOBAL_OTHER:
                return GLOBAL_ELSEWHERE;
            default:
                return (kind & (CachedKind.THIS_SAME | CachedKind.OTHER_SAME)) != 0 ? SAME : ELSEWHERE;
        }
    }

    private List<String> structures(final int kind, final long pcid) {
        final TlbHierarchy tlbs = machine.x86(0).tlbs();
        final List<String> places = new ArrayList<>();
        for (int level = 2; level <= 4; level++) {
            for (final long address : addresses(kind)) {
                final int shift = Paging.FOUR_LEVEL.shift(level);
                if (tlbs.structures.level(level).find(address, shift, pcid) != Tlb.MISS) {
                    places.add("level " + level + " of " + Long.toHexString(address));
                }
            }
        }
        return places;
    }

    /** What there is of each kind; global entries are looked for under a PCID that nothing else has. */
    private Map<String, List<String>> inventory(final long thisPcid, final long otherPcid) {
        final Map<String, List<String>> found = new LinkedHashMap<>();
        for (int bit = 0; bit < 6; bit++) {
            final int kind = 1 << bit;
            final long pcid = bit >= 4 ? 9 : bit < 2 ? thisPcid : otherPcid;
            found.put("P" + kind, pages(kind, pcid));
            if (bit < 4) {
                found.put("S" + kind, structures(kind, pcid));
            }
        }
        return found;
    }

    // ---- the events

    /** Puts the control registers into the state that the event begins in. */
    private void begin(final Invalidation event) {
        switch (event) {
            case MOV_CR3:
            case PCIDS_BEGIN:
                core.cr4 &= ~Cr4.PCIDE;
                break;
            case SMEP_ENDS:
                core.cr4 |= Cr4.SMEP;
                break;
            default:
                break;
        }
    }

    /** Lets it happen, about the page of {@code size} that is global or not. */
    private void fire(final Invalidation event, final long linear, final long flags) {
        final X86Mmu mmu = machine.x86(0);
        switch (event) {
            case INVLPG:
                mmu.invlpg(linear + 5);
                break;
            case INVPCID_ADDRESS:
            case INVPCID_CONTEXT:
            case INVPCID_ALL_GLOBAL:
            case INVPCID_ALL:
                machine.load(0, root | OTHER, true);
                mmu.invpcid(event.ordinal() - Invalidation.INVPCID_ADDRESS.ordinal(), (int) THIS, linear + 5);
                break;
            case MOV_CR3:
                machine.load(0, root, false);
                break;
            case MOV_CR3_TAGGED:
                machine.load(0, root | OTHER, true);
                machine.load(0, root | THIS, false);
                break;
            case MOV_CR3_NO_FLUSH:
                machine.load(0, root | THIS, true);
                break;
            case PAGE_FAULT:
                assertThat(mmu.translate(linear, Access.WRITE | Access.USER)).isNegative();
                break;
            case RESET:
                mmu.reset();
                break;
            case INVLPGB_ADDRESS:
                mmu.broadcastInvalidation(linear | Invlpgb.ADDRESS | flags, 0, 0);
                break;
            case INVLPGB_ADDRESS_PCID:
                mmu.broadcastInvalidation(linear | Invlpgb.ADDRESS | Invlpgb.PCID | flags, 0,
                    (int) THIS << 16);
                break;
            case INVLPGB_ALL:
                mmu.broadcastInvalidation(flags, 0, 0);
                break;
            case INVLPGB_PCID:
                mmu.broadcastInvalidation(Invlpgb.PCID | flags, 0, (int) THIS << 16);
                break;
            default:
                changeMode(event);
                break;
        }
    }

    private void changeMode(final Invalidation event) {
        final long cr0 = core.cr0;
        final long cr4 = core.cr4;
        final long efer = core.efer;
        switch (event) {
            case PAGING_ENDS:
                core.cr0 &= ~Cr0.PG;
                break;
            case PAGING_BEGINS:
                machine.x86(0).modeChanged(cr0 & ~Cr0.PG, cr4, efer);
                return;
            case WRITE_PROTECT_CHANGES:
                core.cr0 ^= Cr0.WP;
                break;
            case GLOBAL_PAGES_CHANGE:
                core.cr4 ^= Cr4.PGE;
                break;
            case PCIDS_END:
            case PCIDS_BEGIN:
                core.cr4 ^= Cr4.PCIDE;
                break;
            case PAE_CHANGES:
                core.cr4 ^= Cr4.PAE;
                break;
            case PAGE_SIZES_CHANGE:
                core.cr4 ^= Cr4.PSE;
                break;
            case LEVELS_CHANGE:
                core.cr4 ^= Cr4.LA57;
                break;
            case SMEP_BEGINS:
            case SMEP_ENDS:
                core.cr4 ^= Cr4.SMEP;
                break;
            case SMAP_CHANGES:
                core.cr4 ^= Cr4.SMAP;
                break;
            case NO_EXECUTE_CHANGES:
                core.efer ^= Efer.NXE;
                break;
            case LONG_MODE_CHANGES:
                core.efer ^= Efer.LMA;
                break;
            default:
                throw new AssertionError(event + " has no test");
        }
        machine.x86(0).modeChanged(cr0, cr4, efer);
    }

    // ---- the claims

    /** Whether {@code place} is about the address of {@code size}, or the event about all addresses. */
    private static boolean concerns(final String key, final String place, final int size) {
        final int kind = Integer.parseInt(key.substring(1));
        final int same = CachedKind.THIS_SAME | CachedKind.OTHER_SAME | CachedKind.GLOBAL_SAME;
        return (kind & same) == 0 || (key.charAt(0) == 'P' ? place.split(" ")[1].equals("" + size)
            : place.endsWith(Long.toHexString(SAME[size])));
    }

    /** @param exactly whether nothing may go that the table keeps */
    private void check(final Invalidation event, final long flags, final boolean exactly,
            final String... settings) {
        int checked = 0;
        for (int size = 0; size < SHIFTS.length; size++) {
            for (final boolean global : new boolean[] {false, true}) {
                build(event, settings);
                final long thisPcid = pcid(THIS);
                final long otherPcid = tagged() ? OTHER : 8;
                final Map<String, List<String>> before = inventory(thisPcid, otherPcid);
                fire(event, (global ? GLOBAL_SAME : SAME)[size], flags);
                final Map<String, List<String>> after = inventory(thisPcid, otherPcid);
                for (final Map.Entry<String, List<String>> row : before.entrySet()) {
                    for (final String place : row.getValue()) {
                        checked += judge(event, flags, exactly, global, size, row.getKey(), place,
                            after.get(row.getKey()).contains(place));
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(100);
    }

    private int judge(final Invalidation event, final long flags, final boolean exactly, final boolean global,
            final int size, final String key, final String place, final boolean there) {
        final int kind = Integer.parseInt(key.substring(1));
        final boolean page = key.charAt(0) == 'P';
        final boolean aboutGlobal = kind == CachedKind.GLOBAL_SAME;
        final int same = CachedKind.THIS_SAME | CachedKind.OTHER_SAME | CachedKind.GLOBAL_SAME;
        if ((kind & same) != 0 && (aboutGlobal != global || !concerns(key, place, size))) {
            return 0;
        }
        final boolean asked = page && (flags & Invlpgb.GLOBAL) != 0 && ((kind & CachedKind.GLOBAL_SAME) != 0
            || kind == CachedKind.GLOBAL_OTHER && !event.name().contains("ADDRESS"));
        final boolean spared = !page && (flags & Invlpgb.FINAL_ONLY) != 0;
        final boolean demanded = !spared && (asked || (page ? event.demandsPage(kind)
            : event.demandsStructure(kind)));
        final boolean dropped = !spared
            && (asked || ((page ? event.pages() : event.structures()) & kind) != 0);
        if (demanded || exactly) {
            assertThat(there).as("%s of %s at %s, flags=%x", key, event, place, flags).isEqualTo(!dropped);
        }
        return 1;
    }

    @ParameterizedTest
    @EnumSource(Invalidation.class)
    void shouldDropExactlyWhatTheTableSays(final Invalidation event) {
        check(event, 0, true);
    }

    @ParameterizedTest
    @EnumSource(Invalidation.class)
    void shouldDropAtLeastWhatTheManualDemandsWhenItDropsMore(final Invalidation event) {
        check(event, 0, false, "tlb.invalidate_more", "1000");
    }

    @ParameterizedTest
    @CsvSource({"INVLPGB_ADDRESS", "INVLPGB_ADDRESS_PCID", "INVLPGB_ALL", "INVLPGB_PCID"})
    void shouldObeyTheFlagsOfInvlpgb(final Invalidation event) {
        check(event, Invlpgb.GLOBAL, true);
        check(event, Invlpgb.FINAL_ONLY, true);
        check(event, Invlpgb.GLOBAL | Invlpgb.FINAL_ONLY, true);
    }
}
