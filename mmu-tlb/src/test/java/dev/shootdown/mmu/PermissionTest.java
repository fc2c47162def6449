package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.mmu.oracle.ReferenceWalk;
import org.junit.jupiter.api.Test;

/** The permission algebra, enumerated, against the reference walk's own reading of the manual. */
class PermissionTest {
    private static final int[] ACCESSES = {Access.READ, Access.WRITE, Access.FETCH, Access.READ | Access.USER,
        Access.WRITE | Access.USER, Access.FETCH | Access.USER, Access.READ | Access.IMPLICIT,
        Access.WRITE | Access.IMPLICIT};
    private static final long LINEAR = 0x40_0000_1000L;

    @Test
    void shouldAgreeWithTheManualOverAllBitsModesAndAccesses() {
        for (int level = 1; level <= 3; level++) {
            for (int mode = 0; mode < 16; mode++) {
                checkMode(level, mode);
            }
        }
    }

    private static void checkMode(final int level, final int mode) {
        final FakeMachine machine = new FakeMachine(1);
        final FakeCore core = machine.cores.get(0);
        final long root = machine.newTable();
        core.cr3 = root;
        core.cr0 = (mode & 1) != 0 ? core.cr0 | Cr0.WP : core.cr0 & ~Cr0.WP;
        core.cr4 |= ((mode & 2) != 0 ? Cr4.SMEP : 0) | ((mode & 4) != 0 ? Cr4.SMAP : 0);
        core.efer = (mode & 8) != 0 ? core.efer : core.efer & ~Efer.NXE;
        final long leaf = machine.map(root, LINEAR, level, 0x4000_0000L, 0);
        final long upper = machine.entryAddress(root, LINEAR, level + 1);
        final long upperTable = machine.memory.peek(upper, 8) & Pte.ADDRESS;
        final ReferenceWalk reference = new ReferenceWalk(machine.memory, 46);
        for (int bits = 0; bits < 16; bits++) {
            for (int upperBits = 0; upperBits < 16; upperBits++) {
                for (final int access : ACCESSES) {
                    machine.poke(leaf, 0x4000_0000L | bits(bits) | (level > 1 ? Pte.LARGE : 0));
                    machine.poke(upper, upperTable | bits(upperBits));
                    checkAccess(machine, core, reference, root, access);
                }
            }
        }
    }

    private static long bits(final int bits) {
        return (bits & 1) * Pte.PRESENT | (bits >> 1 & 1) * Pte.WRITABLE | (bits >> 2 & 1) * Pte.USER
            | (bits >> 3 & 1) * Pte.NO_EXECUTE;
    }

    private static void checkAccess(final FakeMachine machine, final FakeCore core,
            final ReferenceWalk reference,
            final long root, final int access) {
        for (final long flags : new long[] {0, Rflags.AC}) {
            machine.x86(0).reset();
            core.rflags = flags;
            reference.walk(core.cr0, root, core.cr4, core.efer, LINEAR);
            final int fault = reference.fault(access, core.cr0, core.cr4, flags);
            final long expected = fault >= 0 ? ~(long) fault : reference.physical(LINEAR);
            assertThat(machine.x86(0).translate(LINEAR, access)).as("cold, access=%d", access)
                .isEqualTo(expected);
            assertThat(machine.x86(0).translate(LINEAR, access)).as("warm, access=%d", access)
                .isEqualTo(expected);
            core.rflags ^= Rflags.AC;
            final int toggled = reference.fault(access, core.cr0, core.cr4, core.rflags);
            assertThat(machine.x86(0).translate(LINEAR, access)).as("AC toggled, access=%d", access)
                .isEqualTo(toggled >= 0 ? ~(long) toggled : reference.physical(LINEAR));
        }
    }
}
