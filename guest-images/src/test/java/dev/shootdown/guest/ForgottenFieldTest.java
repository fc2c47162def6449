package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.machine.Machine;
import dev.shootdown.core.state.StateTape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Nobody forgets a field: whatever in a machine can change is changed, and then the saved state must differ,
 * and restoring the state from before must bring it back. What follows from other fields says so with {@link
 * dev.shootdown.core.state.Derived}, and is rebuilt.
 */
class ForgottenFieldTest {
    /** Objects of one class that are tried, and elements of one array: some are not in use. */
    private static final int TRIES = 400;

    @Test
    void shouldSaveAndRestoreEveryFieldThatCanChange() throws ReflectiveOperationException {
        final Machine machine = SnapshotGuest.booting(4, "workload=mixed duration_us=2000").runTo(4_000_000)
            .machine;
        final StateTape before = StateTape.of(machine);
        final List<String> forgotten = new ArrayList<>();
        final List<String> unused = new ArrayList<>();
        final Map<String, List<Object>> places = StateFields.below(machine);
        for (final Map.Entry<String, List<Object>> place : places.entrySet()) {
            judge(machine, before, place.getKey(), place.getValue(), forgotten, unused);
        }
        assertThat(places).hasSizeGreaterThan(250);
        assertThat(forgotten).as("fields that transfer() does not save and restore and that are not @Derived")
            .isEmpty();
        assertThat(unused).as("fields that hold nothing in this run, so that nothing is proved about them")
            .isEmpty();
    }

    private static void judge(final Machine machine, final StateTape before, final String place,
            final List<Object> owners, final List<String> forgotten, final List<String> unused)
            throws ReflectiveOperationException {
        int tried = 0;
        for (final Object owner : owners) {
            for (final FieldChange.Change change : FieldChange.of(StateFields.field(place, owner), owner)) {
                if (tried++ == TRIES) {
                    break;
                }
                if (isSaved(machine, before, change)) {
                    before.restore(machine);
                    final String difference = StateTape.of(machine).firstDifference(before);
                    if (!difference.isEmpty()) {
                        forgotten.add(place + " is saved and not restored: " + difference);
                    }
                    return;
                }
            }
        }
        (tried == 0 ? unused : forgotten).add(place);
    }

    /** Makes a change and takes it back if the saved state does not show it. */
    private static boolean isSaved(final Machine machine, final StateTape before,
            final FieldChange.Change change) throws ReflectiveOperationException {
        final FieldChange.Undo undo = change.make();
        try {
            if (!StateTape.of(machine).holdsSameAs(before)) {
                return true;
            }
        } catch (final RuntimeException e) {
            // The change broke an invariant that saving depends on, so saving looks at the field.
            undo.run();
            return true;
        }
        undo.run();
        return false;
    }
}
