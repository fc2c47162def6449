package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.machine.Machine;
import dev.shootdown.core.state.StateTape;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Nobody forgets a field: whatever in a machine can change is changed, and then the saved state must differ,
 * and restoring the state from before must bring it back. What follows from other fields says so with {@link
 * dev.shootdown.core.state.Derived}, and is rebuilt.
 */
class ForgottenFieldTest {
    /** Objects of one class that are tried, and elements of one array: some are not in use. */
    private static final int TRIES = 100;
    /** Moments of the run that are looked at, until all is proved: store buffers may be empty in one. */
    private static final int MOMENTS = 24;
    private static final long FIRST_CYCLE = 4_000_000;
    private static final long STEP_CYCLES = 400_009;

    @Test
    void shouldSaveAndRestoreEveryFieldThatCanChange() throws ReflectiveOperationException {
        final SnapshotGuest guest = SnapshotGuest.booting(4, "workload=mixed duration_us=5000");
        final Set<String> proved = new TreeSet<>();
        final Set<String> open = new TreeSet<>();
        for (int moment = 0; moment < MOMENTS; moment++) {
            final Machine machine = guest.runTo(FIRST_CYCLE + moment * STEP_CYCLES).machine;
            final StateTape before = StateTape.of(machine);
            for (final Map.Entry<String, List<Object>> place : StateFields.below(machine).entrySet()) {
                if (!proved.contains(place.getKey())) {
                    (isProved(machine, before, place.getKey(), place.getValue()) ? proved : open)
                        .add(place.getKey());
                }
            }
            open.removeAll(proved);
            if (open.isEmpty()) {
                break;
            }
        }
        assertThat(proved).hasSizeGreaterThan(150);
        assertThat(open).as("fields that transfer() does not save and that are not @Derived").isEmpty();
    }

    private static boolean isProved(final Machine machine, final StateTape before, final String place,
            final List<Object> owners) throws ReflectiveOperationException {
        int tried = 0;
        for (final Object owner : owners) {
            for (final FieldChange.Change change : FieldChange.of(StateFields.field(place, owner), owner)) {
                if (tried++ == TRIES) {
                    return false;
                }
                if (isSaved(machine, before, change)) {
                    before.restore(machine);
                    assertThat(StateTape.of(machine).firstDifference(before))
                        .as(place + " is saved, and must be restored").isEmpty();
                    return true;
                }
            }
        }
        return false;
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
