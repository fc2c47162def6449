package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.machine.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** The laws of saving, restoring and forking, on whole machines stopped anywhere. */
class SnapshotTest {
    private static final int CPUS = 4;
    private static final String WORKLOAD = "workload=mixed duration_us=150";
    private static final String[] MODELS = {"0", "1"};
    private static final String[] OUTCOMES = new String[MODELS.length];
    private static final String[] PRINTED = new String[MODELS.length];
    private static long end = Long.MAX_VALUE;
    private static Path folder;

    @BeforeContainer
    static void runWithoutInterruption() throws IOException {
        folder = Files.createTempDirectory("snapshot");
        for (int tso = 0; tso < MODELS.length; tso++) {
            final SnapshotGuest guest = booting(tso);
            // The last cycle after which the guest still runs: its end is in the middle of an instruction.
            end = Math.min(end, guest.runToEnd().cycles() - 1);
            OUTCOMES[tso] = guest.outcome();
            PRINTED[tso] = guest.printed();
        }
    }

    @AfterContainer
    static void deleteFiles() throws IOException {
        Files.deleteIfExists(folder.resolve("once"));
        Files.deleteIfExists(folder.resolve("twice"));
        Files.delete(folder);
    }

    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void shouldGoOnFromAFileAsIfNothingHadHappened(@ForAll final boolean tso,
            @ForAll @DoubleRange(max = 1) final double stop) throws IOException {
        final SnapshotGuest first = booting(tso ? 1 : 0).runTo((long) (stop * end));
        final Path once = folder.resolve("once");
        final Path twice = folder.resolve("twice");
        first.machine.save(once);
        final SnapshotGuest second = SnapshotGuest.after(first, CPUS, WORKLOAD, "machine.tso",
            MODELS[tso ? 1 : 0]);
        second.machine.restore(once);
        second.machine.save(twice);
        assertThat(Files.mismatch(once, twice)).as("save, restore, save").isEqualTo(-1);
        assertThat(second.machine.digest()).isEqualTo(first.machine.digest());
        second.runToEnd();
        assertThat(second.outcome()).isEqualTo(OUTCOMES[tso ? 1 : 0]);
        assertThat(first.printed() + second.printed()).isEqualTo(PRINTED[tso ? 1 : 0]);
    }

    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void shouldForkIntoMachinesThatDoNotDisturbEachOther(@ForAll final boolean tso,
            @ForAll @DoubleRange(max = 1) final double stop) {
        final SnapshotGuest parent = booting(tso ? 1 : 0).runTo((long) (stop * end));
        final SnapshotGuest child = parent.fork();
        final String before = parent.machine.digest();
        assertThat(child.machine.digest()).isEqualTo(before);
        child.runToEnd();
        assertThat(child.outcome()).isEqualTo(OUTCOMES[tso ? 1 : 0]);
        assertThat(parent.machine.digest()).as("the parent while the child ran").isEqualTo(before);
        final SnapshotGuest second = parent.fork();
        parent.runToEnd();
        assertThat(parent.outcome()).isEqualTo(OUTCOMES[tso ? 1 : 0]);
        assertThat(second.machine.digest()).as("the child while the parent ran").isEqualTo(before);
    }

    @Example
    void shouldRewindTheSameMachineAgainAndAgain() {
        final SnapshotGuest guest = booting(1).runTo(end / 3);
        final String before = guest.machine.digest();
        final Snapshot snapshot = guest.machine.snapshot();
        for (int again = 0; again < 3; again++) {
            guest.runTo(end / 3 + end / 4 * again);
            guest.machine.restore(snapshot);
            assertThat(guest.machine.digest()).isEqualTo(before);
        }
        guest.runToEnd();
        assertThat(guest.machine.digest()).isEqualTo(OUTCOMES[1].substring(0, before.length()));
    }

    @Example
    void shouldGoOnAtOnceAfterAPause() {
        final SnapshotGuest guest = booting(1);
        for (long cycle = 1; cycle < end; cycle += end / 50) {
            guest.runTo(cycle);
        }
        guest.runToEnd();
        assertThat(guest.outcome()).isEqualTo(OUTCOMES[1]);
    }

    private static SnapshotGuest booting(final int tso) {
        return SnapshotGuest.booting(CPUS, WORKLOAD, "machine.tso", MODELS[tso]);
    }
}
