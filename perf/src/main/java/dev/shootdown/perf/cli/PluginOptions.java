package dev.shootdown.perf.cli;

import dev.shootdown.core.machine.PluginRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that adds plugins to a machine. */
final class PluginOptions {
    @Option(names = "--plugin", paramLabel = "FILE",
        description = "Add the plugins of a jar; repeatable; see docs/plugins.md.")
    private List<Path> jars = new ArrayList<>();

    /** Our plugins and those of the jars; made anew by each call. */
    PluginRegistry registry() {
        return PluginRegistry.load().with(jars);
    }

    /** Appends the options to a command. */
    void appendTo(final StringBuilder command) {
        jars.forEach(jar -> command.append(" --plugin ").append(Checks.quoted(jar.toString())));
    }
}
