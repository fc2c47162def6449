package dev.shootdown.perf.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.cost.Setting;
import dev.shootdown.perf.experiment.KnownSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every line of docs/fidelity.md says how true it is and names a test that exists or a manual. */
class FidelityPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/fidelity.md");
    private static final Path PROGRAMS = ROOT.resolve("guest-images/src/guest/tests");
    private static final Path KERNELS = ROOT.resolve("guest-images/src/test/foreign");
    private static final Pattern QUOTED = Pattern.compile("`([^`]*)`");
    private static final Pattern TEST = Pattern.compile("([A-Z]\\w*Test)(#(\\w+))?");
    private static final Pattern PROGRAM = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
    private static final Pattern KERNEL = Pattern.compile("\\w+\\.[cS]");
    private static final Pattern KEY = Pattern.compile("(machine|cost|tlb|psc|apic|oracle)\\.[a-z0-9_]+");
    /** A section of a manual or a paper that a line may rest on. */
    private static final Pattern MANUAL =
        Pattern.compile("(SDM [1-4][A-D]?|APM [1-5]) \\S+|Owens, Sarkar, Sewell|Multiboot 0\\.6\\.96");
    private static final Pattern VERDICT = Pattern.compile("(modelled|approximated|absent)\\b.*");
    private static final int LEAST_LINES = 100;

    private static List<String[]> rows;
    private static Map<String, String> tests;

    @BeforeAll
    static void read() throws IOException {
        rows = new ArrayList<>();
        for (final String line : Files.readAllLines(PAGE)) {
            if (line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| what |")) {
                rows.add(line.substring(1).split("\\s*\\|\\s*"));
            }
        }
        tests = new TreeMap<>();
        for (final Path folder : testFolders()) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(file -> file.toString().endsWith("Test.java")).forEach(file -> tests.put(
                    file.getFileName().toString().replace(".java", ""), text(file)));
            }
        }
    }

    private static List<Path> testFolders() throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/test/java")).filter(Files::isDirectory).toList();
        }
    }

    private static String text(final Path file) {
        try {
            return Files.readString(file);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldHaveLinesOfThreeColumns() {
        assertThat(rows).hasSizeGreaterThan(LEAST_LINES).allSatisfy(row -> assertThat(row).hasSize(3));
    }

    @Test
    void shouldSayOfEachLineHowTrueItIs() {
        assertThat(rows).allSatisfy(row -> assertThat(row[1]).matches(VERDICT));
    }

    @Test
    void shouldGiveATestOrAManualForEachLine() {
        assertThat(rows).allSatisfy(row -> assertThat(QUOTED.matcher(row[2]).find()
            || MANUAL.matcher(row[2]).find()).as(String.join(" | ", row)).isTrue());
    }

    @Test
    void shouldNameOnlyTestsThatExist() throws IOException {
        final List<String> wrong = new ArrayList<>();
        final String catalogue = Files.readString(PROGRAMS.resolve("catalogue.txt"));
        for (final String name : quoted(2)) {
            if (!exists(name, catalogue)) {
                wrong.add(name);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static boolean exists(final String name, final String catalogue) {
        final Matcher test = TEST.matcher(name);
        if (test.matches()) {
            final String source = tests.get(test.group(1));
            return source != null
                && (test.group(3) == null || source.contains("void " + test.group(3) + "("));
        }
        return PROGRAM.matcher(name).matches() && catalogue.contains("\n[" + name + "]\n")
            || KERNEL.matcher(name).matches() && Files.exists(KERNELS.resolve(name));
    }

    @Test
    void shouldNameOnlyKeysThatExist() {
        final TreeSet<String> known = KnownSettings.defaults().all().stream().map(Setting::key)
            .collect(Collectors.toCollection(TreeSet::new));
        assertThat(quoted(0, 1)).filteredOn(name -> KEY.matcher(name).matches()).isNotEmpty()
            .allMatch(known::contains);
    }

    /** What stands between backticks in these columns. */
    private static List<String> quoted(final int... columns) {
        final List<String> names = new ArrayList<>();
        for (final String[] row : rows) {
            for (final int column : columns) {
                QUOTED.matcher(row[column]).results().forEach(found -> names.add(found.group(1)));
            }
        }
        return names;
    }
}
