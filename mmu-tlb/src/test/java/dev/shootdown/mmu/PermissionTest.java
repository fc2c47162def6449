package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.spi.contract.ContractCore;
import dev.shootdown.mmu.oracle.ReferenceWalk;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The permission algebra, enumerated, against the reference walk's own reading of the manual: every paging
 * mode and size of page; P, R/W, U/S and XD of the leaf and of each level above it in turn (with five
 * levels, the next and the top); WP, SMEP, SMAP
 * and NXE; EFLAGS.AC; every kind of access; cold, warm, and after AC has changed behind the TLB's back.
 */
class PermissionTest {
    private static final int[] ACCESSES = {Access.READ, Access.WRITE, Access.FETCH, Access.READ | Access.USER,
        Access.WRITE | Access.USER, Access.FETCH | Access.USER, Access.READ | Access.IMPLICIT,
        Access.WRITE | Access.IMPLICIT};
    private static final long LINEAR = 0x4040_1000L;
    private static final long PAGE = 0x4000_0000L;
    private static final int BITS = 16;

    @ParameterizedTest
    @EnumSource(value = Paging.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void shouldAgreeWithTheManualOverAllBitsModesAndAccesses(final Paging paging) {
        final int sizes = Math.min(3, paging.top());
        long checked = 0;
        for (int level = 1; level <= sizes; level++) {
            for (int upper = Math.min(level + 1, paging.top()); upper <= paging.top(); upper++) {
                if (paging == Paging.FIVE_LEVEL && upper > level + 1 && upper < paging.top()) {
                    continue;
                }
                for (int mode = 0; mode < BITS; mode++) {
                    checked += new Bench(paging, level, upper, mode).check();
                }
            }
        }
        assertThat(checked).isGreaterThanOrEqualTo((long) BITS * BITS * BITS * ACCESSES.length * 2);
    }

    private static final class Bench {
        private final MmuBench machine = new MmuBench(1, "tlb.l2_sets", "1", "tlb.l2_ways", "2",
            "tlb.l1d_4k_sets", "1", "tlb.l1i_4k_sets", "1", "oracle.enabled", "0");
        private final ContractCore core = machine.core(0);
        private final long root = machine.newTable();
        private final ReferenceWalk reference = new ReferenceWalk(machine.memory(), 46);
        private final Paging paging;
        private final int level;
        private final int upperLevel;
        private final long leaf;
        private final long upper;
        private final long upperTable;

        Bench(final Paging paging, final int level, final int upperLevel, final int mode) {
            this.paging = paging;
            this.level = level;
            this.upperLevel = upperLevel;
            core.cr0 = (mode & 1) != 0 ? core.cr0 | Cr0.WP : core.cr0 & ~Cr0.WP;
            core.cr4 |= ((mode & 2) != 0 ? Cr4.SMEP : 0) | ((mode & 4) != 0 ? Cr4.SMAP : 0);
            core.efer = (mode & 8) != 0 ? core.efer : core.efer & ~Efer.NXE;
            leaf = machine.map(paging, root, LINEAR, level, PAGE, 0);
            upper = machine.entryAddress(paging, root, LINEAR, upperLevel);
            upperTable = machine.entry(paging, upper) & Pte.ADDRESS;
            machine.page(0, paging, root);
        }

        long check() {
            long checked = 0;
            for (int bits = 0; bits < BITS; bits++) {
                machine.poke(paging, leaf, PAGE | bits(bits) | (level > 1 ? Pte.LARGE : 0));
                for (int upperBits = 0; upperBits < (upperLevel == level ? 1 : BITS); upperBits++) {
                    if (upperLevel != level) {
                        machine.poke(paging, upper, upperTable | bits(upperBits));
                    }
                    for (final int access : ACCESSES) {
                        check(access, 0);
                        check(access, Rflags.AC);
                        checked += 2;
                    }
                }
            }
            return checked;
        }

        private static long bits(final int bits) {
            return (bits & 1) * Pte.PRESENT | (bits >> 1 & 1) * Pte.WRITABLE | (bits >> 2 & 1) * Pte.USER
                | (bits >> 3 & 1) * Pte.NO_EXECUTE;
        }

        private void check(final int access, final long flags) {
            machine.x86(0).invpcid(2, 0, 0);
            core.rflags = flags;
            reference.walk(core.cr0, root, core.cr4, core.efer, LINEAR);
            expect("cold", access);
            expect("warm", access);
            core.rflags ^= Rflags.AC;
            expect("AC toggled", access);
        }

        private void expect(final String when, final int access) {
            final int fault = reference.fault(access, core.cr0, core.cr4, core.rflags);
            final long expected = fault >= 0 ? ~(long) fault : reference.physical(LINEAR);
            final long found = machine.x86(0).translate(LINEAR, access);
            if (found != expected) {
                assertThat(found).as("%s, access=%d, leaf=%x at level %d, upper=%x at level %d, cr4=%x", when,
                    access, machine.entry(paging, leaf), level, machine.entry(paging, upper), upperLevel,
                    core.cr4).isEqualTo(expected);
            }
        }
    }
}
