package dev.shootdown.perf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shootdown.core.count.Counter;
import dev.shootdown.perf.experiment.EmulatorRunner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plugins of strangers: the example does what it says, and bad jars get one line. */
class PluginTest {
    private static final String NAMED = "implements EmulatorPlugin { public String name() { return \"%s\"; }";
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    @TempDir
    private Path folder;
    private PluginJars jars;

    @BeforeEach
    void makeFolder() {
        jars = new PluginJars(folder);
    }

    @Test
    void shouldCountTheWalksThatTheMachineCounts() throws IOException {
        final JsonNode without = stat();
        final JsonNode with = stat("--plugin", jars.example().toString());
        final JsonNode counters = with.get("counters");
        assertThat(walks(counters, "walks_4k")).isPositive();
        assertThat(walks(counters, "walks_2m")).isPositive();
        assertThat(walks(counters, "walks_4k") + walks(counters, "walks_2m") + walks(counters, "walks_1g")
            + walks(counters, "walks_fault")).isEqualTo(counters.get(Counter.PAGE_WALKS.label()).asLong());
        assertThat(walks(counters, "loads"))
            .isEqualTo(counters.get(Counter.PAGE_WALK_LOADS.label()).asLong());
        assertThat(with.get("digest")).as("observing changes nothing").isEqualTo(without.get("digest"));
        assertThat(with.get("replay").asText()).contains(" --plugin ");
    }

    @Test
    void shouldShowTheCountersOfPluginsInDiffAndBoot() throws IOException {
        final String jar = jars.example().toString();
        assertThat(run("diff", "-w", "selftest", "-c", "1", "--plugin", jar)).as(errors()).isZero();
        assertThat(output()).contains("plugins\n", "  page-walk-counter.walks_4k ");
        final Path guest = TinyGuest.write(folder.resolve("guest.elf"), "b0 10 e6 f4");
        assertThat(run("boot", guest.toString(), "--plugin", jar)).isEqualTo(33);
        assertThat(errors()).contains("page-walk-counter.walks_4k = 0\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1 |         | a     | names no plugin in META-INF/services/dev.shootdown.core.spi.EmulatorPlugin",
        "2 | Strange | a     | is for version 2 of the plugin interface; expected Shootdown-Spi: 1",
        "'' | Strange | a    | does not say in its manifest which plugin interface it is for; expected",
        "1 | Missing | a     | class Missing cannot be made: java.lang.ClassNotFoundException: Missing",
        "1 | java.lang.Object | a | class java.lang.Object is not an EmulatorPlugin",
        "1 | Strange | x86-mmu | there is a plugin named 'x86-mmu' already",
        "1 | Strange | A b   | class Strange has the name 'A b'; expected lower-case letters"})
    void shouldRefuseAJarThatCannotBeUsed(final String version, final String service, final String name,
            final String expected) throws IOException {
        refuses(jars.ofClass(version, service == null ? "" : service, String.format(NAMED, name) + " }"),
            expected);
    }

    @Test
    void shouldRefuseAPluginThatFailsToStart() throws IOException {
        refuses(jars.ofClass("1", "Strange", String.format(NAMED, "a")
            + " public Strange() { throw new IllegalStateException(\"no\"); } }"),
            "class Strange cannot be made: java.lang.IllegalStateException: no");
    }

    @Test
    void shouldWriteADefectThatShowsInARunToOneFile() throws IOException {
        final Path jar = jars.ofClass("1", "Strange", String.format(NAMED, "clumsy")
            + " public Optional<Probe> probe() { return Optional.of(machine -> machine.walks().add("
            + "(core, linear, access, result, loads) -> {"
            + " throw new IllegalStateException(\"oops\"); })); } }");
        System.setProperty("shootdown.crash.folder", folder.toString());
        try {
            assertThat(run("stat", "-w", "selftest", "-c", "2", "--plugin", jar.toString())).isEqualTo(4);
        } finally {
            System.clearProperty("shootdown.crash.folder");
        }
        assertThat(errors()).startsWith("shootdown: internal error: java.lang.IllegalStateException: oops; "
            + "all about it is in " + folder.resolve("shootdown-crash-")).hasLineCount(1);
        final Path file = Path.of(errors().strip().replaceFirst(".* is in ", ""));
        assertThat(Files.readString(file)).contains("== replay\n./shootdown stat -k ", " --plugin " + jar,
            "cores=2\nseed=1\n", "guest=", "== cycle\n", "\tat Strange.", "== last events\n",
            "\nrip 00000000");
    }

    @Test
    void shouldRefuseWhatIsNoJar() throws IOException {
        refuses(folder.resolve("nowhere.jar"), "is not a readable file");
        refuses(Files.writeString(folder.resolve("text.jar"), "hello"), "is not a jar");
        refuses(folder, "is not a readable file");
    }

    @Test
    void shouldRefuseTheSamePluginTwice() throws IOException {
        final String jar = jars.example().toString();
        assertThat(run("stat", "--plugin", jar, "--plugin", jar)).isEqualTo(2);
        assertThat(errors()).contains("there is a plugin named 'page-walk-counter' already").hasLineCount(1);
    }

    private void refuses(final Path jar, final String expected) {
        for (final String command : new String[] {"stat", "diff", "keys"}) {
            err.reset();
            assertThat(run(command, "--plugin", jar.toString())).isEqualTo(2);
            assertThat(errors()).startsWith("shootdown: --plugin " + jar).contains(expected).hasLineCount(1);
        }
        assertThat(output()).isEmpty();
    }

    private JsonNode stat(final String... more) throws IOException {
        final String[] words = new String[6 + more.length];
        System.arraycopy(new String[] {"stat", "-w", "selftest", "-c", "2", "--json=-"}, 0, words, 0, 6);
        System.arraycopy(more, 0, words, 6, more.length);
        out.reset();
        assertThat(run(words)).as(errors()).isZero();
        return new ObjectMapper().readTree(output());
    }

    private static long walks(final JsonNode counters, final String label) {
        return counters.get("page-walk-counter." + label).asLong();
    }

    private int run(final String... arguments) {
        return new Main(new EmulatorRunner(), new Terminal(new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8), false, false, false, false)).run(arguments);
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
