package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.TranslationFilter;
import dev.shootdown.core.spi.contract.ContractCore;
import dev.shootdown.core.time.SplitMix64;
import dev.shootdown.mmu.oracle.ReferenceWalk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * Random edits of page tables, invalidations and accesses, with every freedom that the manual leaves. Each
 * answer is a fault that memory deserves now, or a translation that memory gave at some moment since the last
 * invalidation that had to drop it: each entry on the way may be of another moment, as the caches may be.
 */
class PermittedAnswersTest {
    private static final int STEPS = 700;
    private static final int PAGES = 24;
    private static final int ROOTS = 2;
    private static final long BASE = 0x4000_0000L;
    private static final long KEPT = ~MmuBench.SEEN;
    private static final String[] NONE = {};
    private static final String[][] FREEDOMS = {NONE, {"psc.skip", "400"}, {"tlb.invalidate_more", "500"},
        {"tlb.evict_cycles", "30"}, {"tlb.speculate_cycles", "25"},
        {"psc.skip", "200", "tlb.invalidate_more", "200", "tlb.evict_cycles", "100", "tlb.speculate_cycles",
            "40"},
        {"tlb.l1d_shared", "1", "tlb.l1i_shared", "1", "tlb.speculate_cycles", "60", "tlb.l2_ways", "0"},
        {"tlb.l2_2m_ways", "2", "tlb.l2i_ways", "3", "tlb.l2i_sets", "2", "tlb.l2_1g_pieces", "1"}};

    /** One machine with two address spaces, whose PCIDs are their numbers, and all that memory ever said. */
    private static final class World {
        final MmuBench machine;
        final ContractCore core;
        final SplitMix64 random;
        final ReferenceWalk reference;
        final long[] roots = new long[ROOTS];
        /** By address of an entry: the moments of its values and the values, alternating. */
        final Map<Long, List<long[]>> history = new HashMap<>();
        final long[][] since = new long[ROOTS][PAGES];
        final long[] globalSince = new long[PAGES];
        /**
         * For global translations of the tables of each root: INVLPG under one PCID leaves what another PCID
         * has cached of the tables above, and a walk may begin there. SDM 3A 4.10.4.1.
         */
        final long[][] tablesSince = new long[ROOTS][PAGES];
        int space;
        long moment;
        int stale;

        World(final long seed, final String... settings) {
            final List<String> all = new ArrayList<>(List.of("tlb.l1d_4k_sets", "2", "tlb.l1d_4k_ways", "2",
                "tlb.l2_sets", "4", "tlb.l2_ways", "3", "psc.pml4", "2"));
            all.addAll(List.of(settings));
            machine = new MmuBench(seed, 2, all.toArray(String[]::new));
            core = machine.core(0);
            random = new SplitMix64(seed);
            reference = new ReferenceWalk(machine.memory(), 46);
            for (int i = 0; i < ROOTS; i++) {
                roots[i] = machine.newTable();
                for (int page = 0; page < PAGES; page++) {
                    edit(machine.entryAddress(roots[i], linear(page), level(page)), leaf(page));
                }
                for (int page = 0; page < PAGES; page++) {
                    rememberTables(roots[i], linear(page), level(page));
                }
            }
            machine.load(0, roots[0], false);
        }

        private void rememberTables(final long root, final long linear, final int level) {
            for (int above = level + 1; above <= 4; above++) {
                final long address = machine.entryAddress(root, linear, above);
                history.computeIfAbsent(address, key -> new ArrayList<>(
                    List.of(new long[] {moment, machine.memory().peek(key, 8)})));
            }
        }

        /** Pages 0 to 15 are small, in four tables; then large ones; the last two are huge. */
        static int level(final int page) {
            return page < 16 ? 1 : page < 22 ? 2 : 3;
        }

        static long linear(final int page) {
            if (page < 16) {
                return BASE + (page & 3) * 0x1000L + (page >> 2) * 0x20_0000L;
            }
            return page < 22 ? BASE + (page - 8L) * 0x20_0000L : (page - 10L) << 30;
        }

        private long leaf(final int page) {
            final long bits = random.next() & (Pte.PRESENT | Pte.WRITABLE | Pte.USER | MmuBench.SEEN
                | Pte.NO_EXECUTE) | (random.below(3) != 0 ? MmuBench.RIGHTS : 0)
                | (random.below(5) == 0 ? Pte.GLOBAL : 0);
            final int level = level(page);
            return (random.next() & 3) + 1 << 12 + 9 * (level - 1) | bits | (level > 1 ? Pte.LARGE : 0);
        }

        private void edit(final long address, final long value) {
            moment++;
            machine.core(1).store(address, value);
            history.computeIfAbsent(address, key -> new ArrayList<>()).add(new long[] {moment, value});
        }

        void step() {
            moment++;
            core.clock += 10;
            core.rip = linear(random.below(PAGES));
            machine.events().deliverThrough(core.clock);
            final int what = random.below(100);
            if (what < 70) {
                access(random.below(PAGES));
            } else if (what < 82) {
                final int page = random.below(PAGES);
                edit(machine.entryAddress(roots[random.below(ROOTS)], linear(page), level(page)), leaf(page));
            } else if (what < 86) {
                editTable();
            } else {
                invalidate(what, random.below(PAGES));
            }
        }

        /** Takes rights from a directory entry of small pages, or gives them back. */
        private void editTable() {
            final long root = roots[random.below(ROOTS)];
            final long address = machine.entryAddress(root, linear(random.below(16)), 2);
            final long flipped = random.below(2) == 0 ? Pte.WRITABLE : Pte.USER;
            edit(address, machine.memory().peek(address, 8) ^ flipped);
        }

        private void invalidate(final int what, final int page) {
            if (what < 92) {
                machine.x86(0).invlpg(linear(page));
                since[space][page] = moment;
                forgetGlobal(page);
            } else if (what < 94) {
                final int type = random.below(4);
                final int pcid = random.below(ROOTS);
                machine.x86(0).invpcid(type, pcid, linear(page));
                for (int i = 0; i < PAGES; i++) {
                    for (int of = 0; of < ROOTS; of++) {
                        if (type > 1 || of == pcid && (type == 1 || i == page)) {
                            since[of][i] = moment;
                        }
                    }
                    if (type == 2) {
                        forgetGlobal(i);
                    }
                }
            } else {
                space = random.below(ROOTS);
                final boolean noFlush = random.below(3) != 0;
                machine.load(0, roots[space] | space, noFlush);
                for (int i = 0; i < PAGES && !noFlush; i++) {
                    since[space][i] = moment;
                }
            }
        }

        private void forgetGlobal(final int page) {
            globalSince[page] = moment;
            for (int root = 0; root < ROOTS; root++) {
                tablesSince[root][page] = since[root][page];
            }
        }

        private void access(final int page) {
            final long linear = linear(page) + random.below(4096);
            final int access = random.below(3) | (random.below(2) == 0 ? Access.USER : 0);
            final long answer = ask(linear, access);
            reference.walk(core.cr0, core.cr3, core.cr4, core.efer, linear);
            final int fault = reference.fault(access, core.cr0, core.cr4, core.rflags);
            if (answer < 0) {
                assertThat(answer).as("fault at %x, access %d", linear, access).isEqualTo(~(long) fault);
                since[space][page] = moment;
                return;
            }
            if (fault < 0 && answer == reference.physical(linear)) {
                return;
            }
            stale++;
            assertThat(isPermitted(page, linear, access, answer))
                .as("page %d, access %d, physical %x, moment %d", page, access, answer, moment).isTrue();
        }

        private long ask(final long linear, final int access) {
            if (Access.kind(access) != Access.FETCH && random.below(2) == 0) {
                final long user = Access.isUser(access) ? TranslationFilter.USER_TAG : 0;
                final boolean write = Access.kind(access) == Access.WRITE;
                for (final TranslationFilter filter : List.of(machine.x86(0).smallFilter(),
                    machine.x86(0).largeFilter())) {
                    final int slot = filter.slot(linear);
                    if (write ? filter.answersWrite(slot, linear, user)
                        : filter.answersRead(slot, linear, user)) {
                        return filter.physical(slot, linear);
                    }
                }
            }
            return machine.x86(0).translate(linear, access);
        }

        private boolean isPermitted(final int page, final long linear, final int access, final long answer) {
            final long own = since[space][page];
            boolean permitted = gives(roots[space], 4, linear, access, answer, own, own, -1L, false);
            for (int root = 0; root < ROOTS; root++) {
                permitted |= gives(roots[root], 4, linear, access, answer, tablesSince[root][page],
                    globalSince[page], -1L, true);
            }
            return permitted;
        }

        /**
         * Whether entries that map pages since {@code from}, below tables since {@code tablesFrom}, lead to
         * {@code answer}, {@code rights} being those so far.
         */
        private boolean gives(final long table, final int level, final long linear, final int access,
                final long answer, final long tablesFrom, final long from, final long rights,
                final boolean global) {
            final List<long[]> values = history.get(table + 8 * (linear >>> 12 + 9 * (level - 1) & 511));
            for (int i = 0; values != null && i < values.size(); i++) {
                final long entry = values.get(i)[1];
                final boolean leaf = level == 1 || (entry & Pte.LARGE) != 0;
                final boolean over = i + 1 < values.size()
                    && values.get(i + 1)[0] <= (leaf ? from : tablesFrom);
                if (over || (entry & Pte.PRESENT) == 0) {
                    continue;
                }
                final long now = rights & (entry ^ Pte.NO_EXECUTE);
                if (leaf) {
                    final long offset = (1L << 12 + 9 * (level - 1)) - 1;
                    final long physical = entry & Pte.ADDRESS & ~offset | linear & offset;
                    if (physical == answer && allows(now, access)
                        && (!global || (entry & Pte.GLOBAL) != 0)) {
                        return true;
                    }
                } else if (gives(entry & Pte.ADDRESS, level - 1, linear, access, answer, tablesFrom, from,
                        now, global)) {
                    return true;
                }
            }
            return false;
        }

        private static boolean allows(final long rights, final int access) {
            final boolean user = !Access.isUser(access) || (rights & Pte.USER) != 0;
            final boolean write = Access.kind(access) != Access.WRITE || (rights & Pte.WRITABLE) != 0;
            return user && write && (Access.kind(access) != Access.FETCH || (rights & Pte.NO_EXECUTE) != 0);
        }
    }

    @Property(tries = 80)
    void shouldAnswerOnlyWhatMemorySaidSinceTheLastInvalidation(@ForAll final long seed,
            @ForAll @IntRange(max = 7) final int freedom) {
        final World world = new World(seed, FREEDOMS[freedom]);
        for (int step = 0; step < STEPS; step++) {
            world.step();
        }
    }

    @Test
    void shouldMeetStaleTranslationsAndTakeEachFreedom() {
        for (int freedom = 0; freedom < FREEDOMS.length; freedom++) {
            final World world = new World(5, FREEDOMS[freedom]);
            for (int step = 0; step < STEPS; step++) {
                world.step();
            }
            assertThat(world.stale).as("freedom %d", freedom).isPositive();
            final boolean speculates = String.join(" ", FREEDOMS[freedom]).contains("speculate");
            assertThat(world.core.counters().get(Counter.SPECULATIVE_WALKS) > 0).isEqualTo(speculates);
        }
    }

    @Test
    void shouldRepeatARunExactlyAndDependOnTheSeedAlone() {
        for (final String[] freedom : FREEDOMS) {
            assertThat(digest(7, freedom)).isEqualTo(digest(7, freedom));
        }
        assertThat(digest(7, NONE)).isNotEqualTo(digest(7, FREEDOMS[1])).isNotEqualTo(digest(7, FREEDOMS[2]))
            .isNotEqualTo(digest(7, FREEDOMS[3])).isNotEqualTo(digest(7, FREEDOMS[4]));
    }

    private static String digest(final long seed, final String... freedom) {
        final World world = new World(seed, freedom);
        for (int step = 0; step < STEPS; step++) {
            world.step();
        }
        return world.machine.digest();
    }
}
