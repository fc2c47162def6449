package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine's memory is x86-TSO, or sequentially consistent: no less and no more. */
class MemoryOrderingTest {
    private static final int FAST_ITERATIONS = 5;
    private static final int ITERATIONS = 400;
    private static final int MAX_ROUNDS = 100;
    private static final long SEED = Long.getLong("litmus.seed", 1);
    private final List<LitmusProgram> programs = LitmusRun.programs();

    /** The model itself, against what the papers say of these tests. */
    @ParameterizedTest
    @CsvSource({"'SB', '0:0 1:0 x=1 y=1', true, false", "'SB+mfences', '0:0 1:0 x=1 y=1', false, false",
        "'SB+mfence+po', '0:0 1:0 x=1 y=1', true, false", "'SB+xchgs', '0:0,0 1:0,0 x=1 y=1', false, false",
        "'SB+rfis', '0:1,0 1:1,0 x=1 y=1', true, false", "'MP', '1:1,0 x=1 y=1', false, false",
        "'LB', '0:1 1:1 x=1 y=1', false, false", "'IRIW', '2:1,0 3:1,0 x=1 y=1', false, false",
        "'2+2W', 'x=1 y=1', false, false", "'R', '1:0 x=1 y=2', true, false",
        "'R+mfence', '1:0 x=1 y=2', false, false", "'S', '1:1 x=2 y=1', false, false",
        "'RWC', '1:1,0 2:0 x=1 y=1', true, false", "'RWC+mfence', '1:1,0 2:0 x=1 y=1', false, false",
        "'WRC', '1:1 2:1,0 x=1 y=1', false, false", "'n1', '0:0 2:1,2 x=2 y=1', true, false",
        "'n2', '2:1,2 3:1,0 x=2 y=1 z=1', false, false", "'n4', '0:2,1 1:1,2 x=1', false, false",
        "'n5', '0:2 1:1 x=1', false, false", "'n6', '0:1,0 x=1 y=2', true, false",
        "'n7', '0:1,0 2:1,0 x=1 y=1', true, false", "'n8', '0:0,0 1:0 x=1 y=1', true, false",
        "'amd3', '0:1 1:1 x=2 y=2', true, false", "'iwp2.8.b', '0:0 1:1,0 x=1 y=1', false, false"})
    void shouldModelWhatThePapersSay(final String name, final String outcome, final boolean tso,
            final boolean sc) {
        final LitmusProgram program = programs.stream().filter(p -> p.name().equals(name))
            .findFirst().orElseThrow();
        assertThat(LitmusModel.tso(program)).extracting(program::describe)
            .satisfies(all -> assertThat(all.contains(outcome)).as("%s", all).isEqualTo(tso))
            .containsAll(LitmusModel.sc(program).stream().map(program::describe).toList());
        assertThat(LitmusModel.sc(program)).extracting(program::describe)
            .satisfies(all -> assertThat(all.contains(outcome)).as("%s", all).isEqualTo(sc));
    }

    @Test
    void shouldRefuseWhatIsNoTest() {
        assertThatThrownBy(() -> LitmusProgram.parse("a: Q x")).hasMessage("no operation is called Q");
        assertThatThrownBy(() -> LitmusProgram.parse("a: R w")).hasMessage("no location is called w");
        assertThatThrownBy(() -> LitmusProgram.parse("a: W x")).hasMessage("'W x' does not have 3 words");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReachNothingForbidden(final boolean tso) {
        LitmusRun.build(programs);
        final Map<String, Map<Long, Long>> counts = new TreeMap<>();
        for (final Map<String, String> machine : LitmusRun.MACHINES) {
            LitmusRun.count(SEED, FAST_ITERATIONS, machine, tso, 0, programs.size(), counts);
        }
        assertThat(counts).hasSameSizeAs(programs);
        assertThat(table(counts, tso).wrong(false)).isEmpty();
        assertThat(table(counts, false).wrong(false).isEmpty()).as("no store buffer shows").isEqualTo(!tso);
    }

    /**
     * Prints the table; every outcome that the model allows is reached, and no other. Tests whose rarest
     * outcomes have not been seen go on, up to a bound.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Tag("slow")
    void shouldReachExactlyWhatTheModelAllows(final boolean tso) {
        LitmusRun.build(programs);
        final Map<String, Map<Long, Long>> counts = new TreeMap<>();
        for (int i = 0; i < programs.size(); i++) {
            final Set<Long> allowed = allowed(programs.get(i), tso);
            for (int round = 0; round < MAX_ROUNDS && !isComplete(i, counts, allowed); round++) {
                for (final Map<String, String> machine : LitmusRun.MACHINES) {
                    LitmusRun.count(SEED + round, ITERATIONS, machine, tso, i, 1, counts);
                }
            }
        }
        final LitmusTable table = table(counts, tso);
        System.out.println((tso ? "x86-TSO" : "Sequential consistency") + ", seeds from " + SEED + ", "
            + LitmusRun.MACHINES.size() + " machines\n" + table.text());
        assertThat(table.wrong(true)).isEmpty();
    }

    private boolean isComplete(final int program, final Map<String, Map<Long, Long>> counts,
            final Set<Long> allowed) {
        return counts.getOrDefault(programs.get(program).name(), Map.of()).keySet().containsAll(allowed);
    }

    private static Set<Long> allowed(final LitmusProgram program, final boolean tso) {
        return tso ? LitmusModel.tso(program) : LitmusModel.sc(program);
    }

    private LitmusTable table(final Map<String, Map<Long, Long>> counts, final boolean tso) {
        final LitmusTable table = new LitmusTable();
        for (final LitmusProgram program : programs) {
            table.add(program, allowed(program, tso), LitmusModel.sc(program),
                counts.getOrDefault(program.name(), Map.of()));
        }
        return table;
    }
}
