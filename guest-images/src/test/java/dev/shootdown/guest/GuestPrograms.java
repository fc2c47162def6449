package dev.shootdown.guest;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** The guest test programs: their catalogue, and their images, which gcc builds when tests run. */
final class GuestPrograms {
    /** Where the sources are. */
    static final Path SOURCES = Path.of(System.getProperty("basedir", "."), "src/guest/tests");
    private static final Path OUTPUT = Path.of(System.getProperty("basedir", "."), "target/guest-tests");
    private static final long BUILD_SECONDS = 300;

    private GuestPrograms() {
    }

    /** All programs, in the catalogue's order. */
    static List<GuestProgram> catalogue() {
        try {
            return parse(Files.readAllLines(SOURCES.resolve("catalogue.txt")));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Programs from the catalogue's lines: {@code [name]}, then {@code key = value} lines; {@code #} begins a
     * comment.
     */
    static List<GuestProgram> parse(final List<String> lines) {
        final Map<String, Map<String, String>> paragraphs = new LinkedHashMap<>();
        Map<String, String> paragraph = null;
        for (final String line : lines) {
            final String text = line.strip();
            if (text.startsWith("[") && text.endsWith("]")) {
                paragraph = new LinkedHashMap<>();
                if (paragraphs.put(text.substring(1, text.length() - 1), paragraph) != null) {
                    throw new IllegalArgumentException("there are two programs " + text);
                }
            } else if (!text.isEmpty() && !text.startsWith("#")) {
                final int equals = text.indexOf('=');
                if (paragraph == null || equals < 0) {
                    throw new IllegalArgumentException("neither [name] nor key = value: " + line);
                }
                paragraph.put(text.substring(0, equals).strip(), text.substring(equals + 1).strip());
            }
        }
        final List<GuestProgram> programs = new ArrayList<>();
        paragraphs.forEach((name, keys) -> programs.add(GuestProgram.of(name, keys)));
        return programs;
    }

    /** The names of all sources. */
    static List<String> sources() {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith(".c") || name.endsWith(".S"))
                .map(name -> name.substring(0, name.length() - 2)).sorted().toList();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Builds all images; skips the test where there is no compiler. */
    static void build() {
        build(List.of());
    }

    /** Builds the program of the folder {@code name}, with {@code generated} as one more source. */
    static Path build(final String name, final String generated) {
        final Path source = OUTPUT.resolve(name).resolve("generated.S");
        try {
            Files.createDirectories(source.getParent());
            if (!Files.exists(source) || !Files.readString(source).equals(generated)) {
                Files.writeString(source, generated);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        build(List.of(name));
        return OUTPUT.resolve(name + ".elf");
    }

    private static void build(final List<String> names) {
        Assumptions.assumeTrue(isInstalled("gcc") && isInstalled("ld"), "gcc and ld are not installed");
        final Path log = OUTPUT.resolve("build.log");
        try {
            Files.createDirectories(OUTPUT);
            final List<String> command =
                new ArrayList<>(List.of("bash", SOURCES.resolve("build.sh").toString(), OUTPUT.toString()));
            command.addAll(names);
            final Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(log.toFile()).start();
            final boolean ended = process.waitFor(BUILD_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly().waitFor();
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError("build.sh fails: " + Files.readString(log, StandardCharsets.UTF_8));
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** The image of a program, after {@link #build}. */
    static Path image(final GuestProgram program) {
        return OUTPUT.resolve(program.name() + ".elf");
    }

    /** Whether a program of the host is on the path. */
    static boolean isInstalled(final String tool) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }
}
