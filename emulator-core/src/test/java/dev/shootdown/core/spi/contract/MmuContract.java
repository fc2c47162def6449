package dev.shootdown.core.spi.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.state.StateTape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every MMU must do. SDM 3A chapter 4. */
public abstract class MmuContract {
    private static final long LINEAR = 0x40_0000_0000L;
    private static final long FRAME = 0x4000_0000L;
    private static final long OTHER_FRAME = 0x8000_0000L;
    private static final int STEPS = 400;

    private ContractMachine machine;
    private PageTables tables;
    private long root;
    private Mmu mmu;

    /** For subclasses. */
    protected MmuContract() {
    }

    /** The plugin under test, which gives MMUs. */
    protected abstract EmulatorPlugin plugin();

    @BeforeEach
    void makeMachine() {
        machine = new ContractMachine(plugin(), 2);
        tables = new PageTables(machine.memory());
        root = tables.table();
        mmu = machine.checkedMmu(0);
        machine.core(0).loadCr3(root, false);
        machine.core(1).loadCr3(root, false);
    }

    @ParameterizedTest
    @CsvSource({"1, 0x123", "2, 0x12345", "3, 0x1234567"})
    void shouldTranslateEverySizeOfPage(final int level, final String offset) {
        tables.map(root, LINEAR, level, FRAME, PageTables.RIGHTS);
        final long linear = LINEAR + Long.decode(offset);
        for (final int access : new int[] {Access.READ, Access.WRITE, Access.FETCH,
            Access.READ | Access.USER, Access.READ}) {
            assertThat(mmu.translate(linear, access)).isEqualTo(FRAME + Long.decode(offset));
        }
    }

    @Test
    void shouldFaultWhereNothingIsMapped() {
        assertThat(mmu.translate(LINEAR, Access.READ)).isEqualTo(~0L);
        assertThat(mmu.translate(LINEAR, Access.WRITE | Access.USER))
            .isEqualTo(~(long) (PageFaultCode.WRITE | PageFaultCode.USER));
    }

    @Test
    void shouldFaultWhereRightsAreMissing() {
        tables.map(root, LINEAR, 1, FRAME, Pte.PRESENT | Pte.NO_EXECUTE);
        assertThat(mmu.translate(LINEAR, Access.READ)).isEqualTo(FRAME);
        assertThat(mmu.translate(LINEAR, Access.READ | Access.USER))
            .isEqualTo(~(long) (PageFaultCode.PRESENT | PageFaultCode.USER));
        assertThat(mmu.translate(LINEAR, Access.WRITE))
            .isEqualTo(~(long) (PageFaultCode.PRESENT | PageFaultCode.WRITE));
        assertThat(mmu.translate(LINEAR, Access.FETCH))
            .isEqualTo(~(long) (PageFaultCode.PRESENT | PageFaultCode.FETCH));
    }

    @Test
    void shouldFaultOnReservedBits() {
        tables.map(root, LINEAR, 1, FRAME, PageTables.RIGHTS | 1L << 51);
        assertThat(mmu.translate(LINEAR, Access.READ))
            .isEqualTo(~(long) (PageFaultCode.PRESENT | PageFaultCode.RESERVED));
    }

    @Test
    void shouldSetAccessedAndDirtyBits() {
        final long leaf = tables.map(root, LINEAR, 1, FRAME, PageTables.RIGHTS);
        mmu.translate(LINEAR, Access.READ);
        assertThat(tables.get(leaf) & (Pte.ACCESSED | Pte.DIRTY)).isEqualTo(Pte.ACCESSED);
        for (int level = 2; level <= 4; level++) {
            assertThat(tables.get(tables.entry(root, LINEAR, level)) & Pte.ACCESSED).isNotZero();
        }
        mmu.translate(LINEAR, Access.WRITE);
        assertThat(tables.get(leaf) & Pte.DIRTY).isNotZero();
    }

    @Test
    void shouldSetNoDirtyBitForAWriteThatFaults() {
        final long leaf = tables.map(root, LINEAR, 1, FRAME, Pte.PRESENT);
        mmu.translate(LINEAR, Access.WRITE);
        assertThat(tables.get(leaf) & Pte.DIRTY).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void shouldSeeTheNewPageAfterInvlpg(final int level) {
        final long leaf = tables.map(root, LINEAR, level, FRAME, PageTables.RIGHTS | Pte.GLOBAL);
        touch(LINEAR);
        tables.set(leaf, OTHER_FRAME | PageTables.RIGHTS | (level > 1 ? Pte.LARGE : 0));
        mmu.invlpg(LINEAR + 5);
        assertThat(mmu.translate(LINEAR, Access.READ)).isEqualTo(OTHER_FRAME);
        assertThat(mmu.translate(LINEAR, Access.FETCH)).isEqualTo(OTHER_FRAME);
    }

    @Test
    void shouldSeeTheNewTableAfterInvlpg() {
        tables.map(root, LINEAR, 1, FRAME, PageTables.RIGHTS);
        touch(LINEAR);
        final long other = tables.table();
        tables.map(other, LINEAR, 1, OTHER_FRAME, PageTables.RIGHTS);
        tables.set(tables.entry(root, LINEAR, 3), tables.get(tables.entry(other, LINEAR, 3)));
        mmu.invlpg(LINEAR);
        assertThat(mmu.translate(LINEAR, Access.READ)).isEqualTo(OTHER_FRAME);
    }

    @Test
    void shouldSeeTheNewPageAfterAFault() {
        final long leaf = tables.map(root, LINEAR, 1, FRAME, Pte.PRESENT);
        touch(LINEAR);
        tables.set(leaf, FRAME | PageTables.RIGHTS);
        if (mmu.translate(LINEAR, Access.WRITE) < 0) {
            assertThat(mmu.translate(LINEAR, Access.WRITE)).isEqualTo(FRAME);
        }
    }

    @Test
    void shouldForgetTheContextWhenCr3IsWritten() {
        final long leaf = tables.map(root, LINEAR, 1, FRAME, PageTables.RIGHTS);
        touch(LINEAR);
        tables.set(leaf, 0);
        machine.core(0).loadCr3(root, false);
        assertThat(mmu.translate(LINEAR, Access.READ)).isNegative();
        assertThat(mmu.translate(LINEAR, Access.FETCH)).isNegative();
    }

    @Test
    void shouldKeepContextsApart() {
        final long other = tables.table();
        tables.map(root, LINEAR, 1, FRAME, PageTables.RIGHTS);
        tables.map(other, LINEAR, 1, OTHER_FRAME, PageTables.RIGHTS);
        for (int round = 0; round < 3; round++) {
            machine.core(0).loadCr3(root | 1, true);
            assertThat(mmu.translate(LINEAR, Access.READ)).isEqualTo(FRAME);
            machine.core(0).loadCr3(other | 2, true);
            assertThat(mmu.translate(LINEAR, Access.READ)).isEqualTo(OTHER_FRAME);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldForgetWhatInvpcidNames(final int type) {
        final long leaf = tables.map(root, LINEAR, 1, FRAME, PageTables.RIGHTS
            | (type == 2 ? Pte.GLOBAL : 0));
        machine.core(0).loadCr3(root | 3, true);
        touch(LINEAR);
        machine.core(0).loadCr3(tables.table() | 4, true);
        tables.set(leaf, 0);
        mmu.invpcid(type, type < 2 ? 3 : 0, type == 0 ? LINEAR : 0);
        machine.core(0).loadCr3(root | 3, true);
        assertThat(mmu.translate(LINEAR, Access.READ)).isNegative();
    }

    @Test
    void shouldForgetEverythingAtAReset() {
        final long leaf = tables.map(root, LINEAR, 1, FRAME, PageTables.RIGHTS | Pte.GLOBAL);
        touch(LINEAR);
        tables.set(leaf, 0);
        mmu.reset();
        machine.core(0).loadCr3(root, true);
        assertThat(mmu.translate(LINEAR, Access.READ)).isNegative();
    }

    @Test
    void shouldPeekWithoutEffect() {
        final long leaf = tables.map(root, LINEAR, 1, FRAME, PageTables.RIGHTS);
        final StateTape before = machine.tape();
        assertThat(mmu.peekTranslate(LINEAR + 7, root)).isEqualTo(FRAME + 7);
        assertThat(mmu.peekTranslate(LINEAR + (1L << 30), root)).isEqualTo(-1);
        assertThat(machine.tape().firstDifference(before)).isEmpty();
        assertThat(tables.get(leaf) & Pte.ACCESSED).isZero();
    }

    @Test
    void shouldTellObserversOfWalks() {
        final List<Integer> seen = new ArrayList<>();
        machine.walks().add((core, linear, access, result, loads) -> seen.add(result));
        tables.map(root, LINEAR, 2, FRAME, PageTables.RIGHTS);
        mmu.translate(LINEAR, Access.READ);
        assertThat(seen).as("a page of 2 MiB").contains(21);
        mmu.translate(LINEAR - 1, Access.READ);
        assertThat(seen).as("a fault").anyMatch(result -> result < 0);
    }

    @Test
    void shouldRepeatItselfExactly() {
        final ContractMachine first = machine;
        final List<Long> answers = exercise(0, STEPS);
        makeMachine();
        assertThat(exercise(0, STEPS)).isEqualTo(answers);
        assertThat(machine.tape().firstDifference(first.tape())).isEmpty();
    }

    @Test
    void shouldGoOnFromASavedState() {
        exercise(0, STEPS);
        final StateTape half = machine.tape();
        final long[] words = tablesNow();
        final List<Long> rest = exercise(STEPS, STEPS);
        final StateTape end = machine.tape();
        for (int i = 0; i < words.length; i++) {
            tables.set(root + (long) Long.BYTES * i, words[i]);
        }
        machine.restore(half);
        assertThat(machine.tape().firstDifference(half)).as("save, restore, save").isEmpty();
        assertThat(exercise(STEPS, STEPS)).isEqualTo(rest);
        assertThat(machine.tape().firstDifference(end)).isEmpty();
    }

    /** All tables lie behind the root. */
    private long[] tablesNow() {
        final int count = (int) (tables.table() - root) / Long.BYTES;
        final long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            words[i] = tables.get(root + (long) Long.BYTES * i);
        }
        return words;
    }

    /** A mixture of everything that repeats itself. @return all answers and the time that they took */
    private List<Long> exercise(final int from, final int count) {
        final List<Long> answers = new ArrayList<>();
        for (int step = from; step < from + count; step++) {
            final int core = step / 7 % 2;
            final Mmu at = machine.checkedMmu(core);
            final long linear = LINEAR + ((long) step * 37 % 61 << 12);
            tables.map(root, linear, 1, FRAME + ((long) step % 5 << 12), PageTables.RIGHTS);
            answers.add(at.translate(linear, step % 3));
            answers.add(at.translate(LINEAR + ((long) step % 13 << 12), Access.READ | Access.USER));
            if (step % 11 == 0) {
                at.invlpg(linear);
            }
            if (step % 53 == 0) {
                machine.core(core).loadCr3(root | step % 3, step % 2 == 0);
            }
            answers.add(machine.core(core).clock());
        }
        return answers;
    }

    private void touch(final long linear) {
        mmu.translate(linear, Access.READ);
        mmu.translate(linear, Access.FETCH);
        mmu.translate(linear, Access.READ);
    }
}
