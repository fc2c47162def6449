package dev.shootdown.perf.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.spi.EmulatorPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Compiles plugins as a stranger would: against emulator-core alone. */
final class PluginJars {
    static final String SERVICE = "META-INF/services/" + EmulatorPlugin.class.getName();
    private final Path folder;

    PluginJars(final Path folder) {
        this.folder = folder;
    }

    /** The example of the documentation, built from its sources. */
    Path example() throws IOException {
        final Path root = Path.of("..", "examples", "page-walk-counter", "src", "main").toAbsolutePath()
            .normalize();
        final Path classes = compile(sources(root.resolve("java")));
        Files.createDirectories(classes.resolve(SERVICE).getParent());
        Files.copy(root.resolve("resources").resolve(SERVICE), classes.resolve(SERVICE));
        return jar("walks.jar", "1", classes);
    }

    /** A plugin of one class with this body, whose service entry names {@code service}. */
    Path ofClass(final String version, final String service, final String body) throws IOException {
        final Path source = Files.createDirectories(folder.resolve("source")).resolve("Strange.java");
        Files.writeString(source, "import dev.shootdown.core.spi.*;\nimport java.util.*;\n"
            + "public final class Strange " + body);
        final Path classes = compile(List.of(source));
        if (!service.isEmpty()) {
            Files.createDirectories(classes.resolve(SERVICE).getParent());
            Files.writeString(classes.resolve(SERVICE), "# a comment\n" + service + "\n");
        }
        return jar("strange.jar", version, classes);
    }

    private static List<Path> sources(final Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private Path compile(final List<Path> sources) throws IOException {
        final Path classes = Files.createTempDirectory(folder, "classes");
        final List<String> options = List.of("--release", "17", "-Xlint:all", "-Werror", "-cp", core(), "-d",
            classes.toString());
        final StringWriter messages = new StringWriter();
        final javax.tools.JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (javax.tools.StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            assertThat(compiler.getTask(messages, files, null, options, null,
                files.getJavaFileObjectsFromPaths(sources)).call()).as(messages.toString()).isTrue();
        }
        return classes;
    }

    private static String core() {
        try {
            return Path.of(EmulatorPlugin.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                .toString();
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path jar(final String name, final String version, final Path classes) throws IOException {
        final Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        if (!version.isEmpty()) {
            manifest.getMainAttributes().putValue("Shootdown-Spi", version);
        }
        final List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.walk(classes)) {
            all.filter(Files::isRegularFile).forEach(files::add);
        }
        final Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (final Path each : files) {
                out.putNextEntry(new JarEntry(classes.relativize(each).toString()));
                Files.copy(each, out);
                out.closeEntry();
            }
        }
        return jar;
    }
}
