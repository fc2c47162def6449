package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.spi.TranslationFilter;
import dev.shootdown.core.spi.contract.ContractCore;
import dev.shootdown.core.time.SplitMix64;
import dev.shootdown.mmu.oracle.ReferenceWalk;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * A run with the filters is the same run; and with page tables that keep still, every answer is the manual's.
 */
class FilterLawTest {
    private static final int STEPS = 1500;
    private static final int PAGES = 48;
    private static final String[][] VARIANTS = {
        {"tlb.l1d_shared", "1", "tlb.l1d_4k_sets", "1", "tlb.l1d_4k_ways", "6", "tlb.l1i_shared", "1"},
        {"tlb.l1d_shared", "1", "tlb.l1d_4k_sets", "4", "tlb.l1d_4k_ways", "2", "tlb.l2_1g_pieces", "1"},
        {"tlb.l2_2m_ways", "2", "tlb.l2i_ways", "2", "tlb.l2i_sets", "2", "tlb.invalidate_more", "300"},
        {"tlb.evict_cycles", "50", "tlb.speculate_cycles", "30", "psc.skip", "300"}};
    private static final long BASE = 0x4000_0000L;

    /** One machine driven by random numbers: two machines with the same seed get the same orders. */
    private static final class Driver {
        final MmuBench machine;
        final ContractCore core;
        final SplitMix64 random;
        final boolean filtered;
        final boolean still;
        final long[] roots = new long[2];
        final ReferenceWalk reference;
        final long[] directoryEntries = new long[2];
        final long[] directories = new long[2];
        final long[][] entries = new long[2][PAGES];
        int filterHits;

        Driver(final long seed, final int policy, final boolean filtered, final boolean still,
                final String... settings) {
            final List<String> all = new ArrayList<>(List.of("tlb.replacement", "" + policy, "tlb.l2_sets",
                "4", "tlb.l2_ways", "3", "psc.pml4", "2"));
            all.addAll(List.of(settings));
            machine = new MmuBench(2, all.toArray(String[]::new));
            core = machine.core(0);
            reference = new ReferenceWalk(machine.memory(), 46);
            random = new SplitMix64(seed);
            this.filtered = filtered;
            this.still = still;
            for (int i = 0; i < roots.length; i++) {
                roots[i] = machine.newTable();
                for (int page = 0; page < PAGES; page++) {
                    entries[i][page] = machine.entryAddress(roots[i], linear(page), level(page));
                    map(i, page);
                }
                directoryEntries[i] = machine.entryAddress(roots[i], BASE, 2);
                directories[i] = machine.memory().peek(directoryEntries[i], 8);
            }
            core.cr3 = roots[0];
        }

        /** Pages 0 to 31 are small; 32 to 39 large; 40 and up huge; some large ones lie over small ones. */
        void map(final int root, final int page) {
            final long flags = random.next() & (Pte.PRESENT | Pte.WRITABLE | Pte.USER | Pte.GLOBAL
                | MmuBench.SEEN
                | Pte.NO_EXECUTE) | (random.below(4) != 0 ? Pte.PRESENT | Pte.USER | Pte.WRITABLE : 0);
            final int level = level(page);
            final long frame = (random.next() & 3) << 12 + 9 * (level - 1);
            machine.core(1).store(entries[root][page], frame | flags | (level > 1 ? Pte.LARGE : 0));
        }

        static int level(final int page) {
            return page < 32 ? 1 : page < 40 ? 2 : 3;
        }

        long linear(final int page) {
            if (page < 32) {
                return BASE + (page & 7) * 0x1000L + (page >> 3) * 0x1_0000L;
            }
            return page < 40 ? BASE + 0x1000_0000L + (page - 32) * 0x20_0000L : (page - 36L) << 30;
        }

        long step() {
            core.clock += 10;
            machine.events().deliverThrough(core.clock);
            final int what = random.below(100);
            if (what < 80) {
                return access();
            }
            if (what < 88 && !still) {
                change();
                return 0;
            }
            return invalidate(what);
        }

        private void change() {
            final int page = random.below(PAGES);
            final int root = random.below(roots.length);
            if (page < 8 && random.below(2) == 0) {
                toggleLarge(root);
                return;
            }
            map(root, page);
        }

        /**
         * Puts a large page over the small ones, or their table back, as a kernel that collapses and splits
         * does.
         */
        private void toggleLarge(final int root) {
            final boolean large = (machine.memory().peek(directoryEntries[root], 8) & Pte.LARGE) != 0;
            machine.core(1).store(directoryEntries[root], large ? directories[root]
                : 0x60_0000 | Pte.LARGE | MmuBench.RIGHTS | MmuBench.SEEN);
        }

        private long access() {
            final long linear = linear(random.below(random.below(2) == 0 ? 6 : PAGES)) + random.below(4096);
            final int access = random.below(3) | (random.below(2) == 0 ? Access.USER : 0);
            final long result = ask(linear, access);
            if (still) {
                reference.walk(core.cr0, core.cr3, core.cr4, core.efer, linear);
                final int fault = reference.fault(access, core.cr0, core.cr4, core.rflags);
                assertThat(result).isEqualTo(fault >= 0 ? ~(long) fault : reference.physical(linear));
            }
            return result;
        }

        private long ask(final long linear, final int access) {
            if (filtered && Access.kind(access) != Access.FETCH) {
                final long user = Access.isUser(access) ? TranslationFilter.USER_TAG : 0;
                final boolean write = Access.kind(access) == Access.WRITE;
                for (final TranslationFilter filter : new TranslationFilter[] {machine.x86(0).smallFilter(),
                    machine.x86(0).largeFilter()}) {
                    final int slot = filter.slot(linear);
                    if (write ? filter.answersWrite(slot, linear, user)
                            : filter.answersRead(slot, linear, user)) {
                        filterHits++;
                        return filter.physical(slot, linear);
                    }
                }
            }
            return machine.x86(0).translate(linear, access);
        }

        private long invalidate(final int what) {
            final long linear = linear(random.below(PAGES));
            switch (what) {
                case 88:
                case 89:
                    machine.x86(0).invlpg(linear);
                    break;
                case 90:
                    machine.x86(0).invpcid(random.below(4), random.below(2), linear);
                    break;
                case 91:
                case 92:
                    switchSpace();
                    break;
                case 93:
                    mode(random.below(5));
                    break;
                case 94:
                    core.rflags ^= Rflags.AC;
                    break;
                default:
                    break;
            }
            return 0;
        }

        /**
         * A machine whose page tables keep still gives each space its own PCID, and has no globals that
         * differ.
         */
        private void switchSpace() {
            final int space = random.below(roots.length);
            final boolean noFlush = random.below(2) == 0;
            machine.load(0, roots[space] | space, noFlush);
            if (still) {
                machine.x86(0).invpcid(2, 0, 0);
            }
        }

        private void mode(final int which) {
            final long cr0 = core.cr0;
            final long cr4 = core.cr4;
            final long efer = core.efer;
            core.cr0 ^= which == 0 ? Cr0.WP : 0;
            core.cr4 ^= which == 1 ? Cr4.PGE : which == 2 ? Cr4.SMEP : which == 3 ? Cr4.SMAP : 0;
            core.efer ^= which == 4 ? Efer.NXE : 0;
            machine.x86(0).modeChanged(cr0, cr4, efer);
        }
    }

    @Property(tries = 60)
    void shouldNotDependOnTheFilter(@ForAll final long seed, @ForAll @IntRange(max = 2) final int policy) {
        checkFilter(seed, policy);
    }

    @Property(tries = 40)
    void shouldNotDependOnTheFilterWhateverTheShapeAndTheFreedoms(@ForAll final long seed,
            @ForAll @IntRange(max = 2) final int policy, @ForAll @IntRange(max = 3) final int variant) {
        checkFilter(seed, policy, VARIANTS[variant]);
    }

    private static void checkFilter(final long seed, final int policy, final String... settings) {
        final Driver with = new Driver(seed, policy, true, false, settings);
        final Driver without = new Driver(seed, policy, false, false, settings);
        for (int step = 0; step < STEPS; step++) {
            assertThat(with.step()).as("seed %d step %d", seed, step).isEqualTo(without.step());
            if (step % 100 == 0) {
                assertThat(with.machine.digest()).as("seed %d step %d", seed, step)
                    .isEqualTo(without.machine.digest());
            }
        }
        assertThat(with.machine.digest()).isEqualTo(without.machine.digest());
        assertThat(with.filterHits).isPositive();
    }

    @Property(tries = 40)
    void shouldAnswerAsTheManualWhilePageTablesKeepStill(@ForAll final long seed,
            @ForAll @IntRange(max = 2) final int policy) {
        final Driver driver = new Driver(seed, policy, true, true);
        for (int step = 0; step < STEPS; step++) {
            driver.step();
        }
        assertThat(driver.machine.oracle().marked()).isZero();
    }
}
