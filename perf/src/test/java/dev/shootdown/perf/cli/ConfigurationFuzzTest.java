package dev.shootdown.perf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.guest.GuestException;
import dev.shootdown.perf.experiment.FakeRunner;
import dev.shootdown.perf.experiment.KnownSettings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;

/** Whatever users write, it is taken or answered with one line; the tries are bounded, the seed is fixed. */
class ConfigurationFuzzTest {
    private static final String SEED = "20250708";
    private static final int LINE = 2000;
    private static final Settings DEFAULTS = KnownSettings.defaults();

    /** What is nearly a number, a size, a time or a setting, and what is nothing at all. */
    @Provide
    Arbitrary<String> words() {
        return Arbitraries.oneOf(Arbitraries.strings().ofMaxLength(20),
            Arbitraries.strings().withChars("0123456789.,_-+eEkKmMgGiIbBnsu= /").ofMaxLength(24),
            Arbitraries.longs().map(number -> "" + number),
            Arbitraries.of("1ms", "4G", "cost.invlpg=1", "machine.memory_mib", "zen4-1s", "tso", "-", "stdio",
                "/dev/null", "/", "", " ", "\0", "18446744073709551616", "99999999999999999999999G"));
    }

    private static void oneLine(final RuntimeException e) {
        assertThat(e).isInstanceOfAny(UsageException.class, SettingException.class, GuestException.class);
        assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(LINE);
    }

    @Property(tries = 1000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldTakeOrRefuseAnyDuration(@ForAll("words") final String word) {
        try {
            final Duration time = Duration.parse("--limit", word);
            assertThat(time.cycles(10_000_000_000L)).isBetween(10_000L, 10_000_000_000_000L);
        } catch (final UsageException e) {
            oneLine(e);
        }
    }

    @Property(tries = 1000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldTakeOrRefuseAnySize(@ForAll("words") final String word) {
        try {
            assertThat(Long.parseLong(MemorySize.mebibytes(word))).isNotNegative();
        } catch (final UsageException e) {
            oneLine(e);
        }
    }

    @Property(tries = 1000, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldTakeOrRefuseAnySetting(@ForAll("words") final String key, @ForAll("words") final String value,
            @ForAll final boolean known, @ForAll final short which) {
        final List<Setting> all = DEFAULTS.all();
        final Setting setting = all.get(Math.floorMod(which, all.size()));
        try {
            final Settings settings = DEFAULTS.with(known ? setting.key() : key, value, "--set");
            if (known) {
                assertThat(settings.get(setting)).isBetween(setting.minimum(), setting.maximum());
            }
        } catch (final SettingException e) {
            oneLine(e);
            assertThat(e.getMessage()).startsWith("--set: ");
        }
    }

    @Property(tries = 500, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldTakeOrRefuseAnyModuleList(@ForAll("words") final String one,
            @ForAll("words") final String other, @ForAll @StringLength(max = 3) final String between) {
        try {
            assertThat(ModuleOption.read(one + between + other)).isNotEmpty();
        } catch (final UsageException | GuestException e) {
            oneLine(e);
        }
    }

    /** Whole command lines, on a machine that does not run. */
    @Property(tries = 150, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void shouldAnswerAnyCommandLine(@ForAll("options") @Size(max = 6) final List<String> words) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();
        final List<String> arguments = new ArrayList<>(words);
        arguments.add(0, "boot");
        final int status = new Main(new FakeRunner(),
            new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8), false, false, false, false))
            .run(arguments.toArray(String[]::new));
        assertThat(status).as("%s: %s", arguments, err).isIn(0, 1, 2);
        final String said = err.toString(StandardCharsets.UTF_8);
        if (status == 2) {
            assertThat(said).as(arguments.toString()).startsWith("shootdown: ").hasLineCount(1);
        }
    }

    @Provide
    Arbitrary<List<String>> options() {
        return Arbitraries.oneOf(words().filter(word -> !word.startsWith("@")), Arbitraries.of("-kernel",
            "-smp", "-m", "-append", "-initrd", "--limit", "--seed", "--memory-model", "--set", "-M",
            "--max-instructions", "-device", "-display", "--frobnicate", "/dev/null", "1", "4", "64M", "sc"))
            .list();
    }
}
