package dev.shootdown.perf.cli;

import dev.shootdown.core.boot.BootLoader;
import dev.shootdown.core.boot.BootModule;
import dev.shootdown.guest.GuestImage;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Boot modules as QEMU's {@code -initrd} writes them: {@code FILE[ ARGUMENTS][,FILE[ ARGUMENTS]]...}, two
 * commas for one that is meant. The whole text between the commas is the module's command line.
 */
final class ModuleOption {
    private ModuleOption() {
    }

    /**
     * Reads the modules.
     *
     * @throws UsageException if there are too many, or one has no name
     * @throws dev.shootdown.guest.GuestException if a file cannot be read
     */
    static List<BootModule> read(final String option) {
        final List<String> texts = split(option);
        if (texts.size() > BootLoader.MAX_MODULES) {
            throw new UsageException("--initrd names " + texts.size() + " modules; expected at most "
                + BootLoader.MAX_MODULES);
        }
        final List<BootModule> modules = new ArrayList<>();
        for (final String text : texts) {
            modules.add(new BootModule(text, GuestImage.ofFile(fileOf(text, option)).bytes()));
        }
        return modules;
    }

    private static List<String> split(final String option) {
        final List<String> texts = new ArrayList<>();
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < option.length(); i++) {
            final boolean comma = option.charAt(i) == ',';
            if (comma && i + 1 < option.length() && option.charAt(i + 1) == ',') {
                text.append(',');
                i++;
            } else if (comma) {
                texts.add(text.toString());
                text.setLength(0);
            } else {
                text.append(option.charAt(i));
            }
        }
        texts.add(text.toString());
        return texts;
    }

    /** The text before the first blank, or all of it if that is a file. */
    private static Path fileOf(final String text, final String option) {
        final int blank = text.indexOf(' ');
        try {
            final Path whole = Path.of(text);
            final Path file = blank < 0 || Files.exists(whole) ? whole : Path.of(text.substring(0, blank));
            if (!file.toString().isEmpty()) {
                return file;
            }
        } catch (final InvalidPathException e) {
            throw new UsageException("--initrd '" + option + "' is not a list of files: " + e.getMessage());
        }
        throw new UsageException("--initrd '" + option
            + "' has an empty name; expected FILE[ ARGUMENTS],...");
    }
}
