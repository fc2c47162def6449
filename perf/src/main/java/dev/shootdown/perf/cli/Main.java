package dev.shootdown.perf.cli;

import dev.shootdown.core.boot.ImageException;
import dev.shootdown.core.cost.SettingException;
import dev.shootdown.core.machine.MachineCrash;
import dev.shootdown.core.machine.PluginException;
import dev.shootdown.guest.GuestException;
import dev.shootdown.perf.experiment.EmulatorRunner;
import dev.shootdown.perf.experiment.MachineRunner;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.zip.CRC32C;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The program. */
@Command(name = "shootdown", synopsisSubcommandLabel = "[COMMAND]",
    description =
        {"Runs x86-64 guest kernels on a modelled SMP machine and shows what TLB shootdown costs them, and "
        + "where it fails.", "Without a command: diff v6.15-rc5 v6.15."},
    versionProvider = Main.Version.class)
public final class Main implements Callable<Integer> {
    private static final String TRACE = "SHOOTDOWN_TRACE";
    /** System property: the folder for crash capsules, instead of the current one. */
    private static final String CRASH_FOLDER = "shootdown.crash.folder";
    private final MachineRunner runner;
    private final Terminal terminal;

    @CommandLine.Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT,
        description = "Show this help.")
    private boolean help;

    @CommandLine.Option(names = {"-V", "--version"}, versionHelp = true, description = "Show the version.")
    private boolean version;

    Main(final MachineRunner runner, final Terminal terminal) {
        this.runner = runner;
        this.terminal = terminal;
    }

    /** Runs the command that {@code arguments} name and ends the process with its exit code. */
    public static void main(final String[] arguments) {
        final int status = new Main(new EmulatorRunner(), Terminal.ofProcess()).run(arguments);
        System.out.flush();
        System.exit(status);
    }

    /** The version, from the package's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"shootdown " + (version == null ? "(not packaged)" : version)};
        }
    }

    @Override
    public Integer call() {
        return commandLine().execute("diff");
    }

    /** Runs a command and gives its exit code. */
    int run(final String... arguments) {
        try {
            return commandLine().execute(arguments);
        } catch (final OutOfMemoryError e) {
            terminal.complain("not enough memory; give the JVM more, as in SHOOTDOWN_JAVA_OPTS=-Xmx4g");
            return ExitCode.USAGE.status();
        } catch (final Error e) {
            return internal(e);
        }
    }

    private CommandLine commandLine() {
        final CommandLine line = new CommandLine(this);
        line.addSubcommand(new DiffCommand(runner, terminal)).addSubcommand(new StatCommand(runner, terminal))
            .addSubcommand(new BootCommand(runner, terminal)).addSubcommand(new ListCommands.Images(terminal))
            .addSubcommand(new ListCommands.Machines(terminal))
            .addSubcommand(new ListCommands.Keys(terminal));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(
            terminal.outIsTerminal() && terminal.colour() ? Ansi.ON : Ansi.OFF));
        line.setOut(new PrintWriter(terminal.out(), true));
        line.setErr(new PrintWriter(terminal.err(), true));
        line.setParameterExceptionHandler(this::misused);
        line.setExecutionExceptionHandler(this::failed);
        documentExitCodes(line);
        return line;
    }

    private static void documentExitCodes(final CommandLine line) {
        document(line.getCommandSpec());
        line.getSubcommands().values().forEach(subcommand -> document(subcommand.getCommandSpec()));
    }

    private static void document(final CommandSpec spec) {
        spec.usageMessage().exitCodeListHeading("%nExit codes:%n").exitCodeList(ExitCode.descriptions());
    }

    private int misused(final ParameterException e, final String[] arguments) {
        final String command = e.getCommandLine().getCommandSpec().qualifiedName();
        terminal.complain(e.getMessage() + " (see '" + command + " --help')");
        return ExitCode.USAGE.status();
    }

    private int failed(final Exception e, final CommandLine line, final CommandLine.ParseResult parsed) {
        if (e instanceof UsageException || e instanceof SettingException || e instanceof GuestException
                || e instanceof ImageException || e instanceof PluginException) {
            terminal.complain(e.getMessage());
            return ExitCode.USAGE.status();
        }
        return internal(e);
    }

    /** The machine has a defect: all about it goes into one file. */
    private int crashed(final MachineCrash crash) {
        final byte[] capsule = crash.capsule().getBytes(StandardCharsets.UTF_8);
        final CRC32C sum = new CRC32C();
        sum.update(capsule);
        final Path file = Path.of(System.getProperty(CRASH_FOLDER, ""),
            String.format("shootdown-crash-%08x.txt", sum.getValue()));
        try {
            Files.write(file, capsule);
            terminal.complain("internal error: " + oneLine(crash.getMessage()) + "; all about it is in "
                + file);
        } catch (final IOException e) {
            terminal.complain("internal error: " + oneLine(crash.getMessage()) + "; " + file
                + " cannot be written, so all about it follows");
            terminal.err().print(crash.capsule());
        }
        return ExitCode.INTERNAL.status();
    }

    private static String oneLine(final String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }

    private int internal(final Throwable e) {
        if (e instanceof MachineCrash crash) {
            return crashed(crash);
        }
        terminal.complain("internal error: " + e + "; set " + TRACE + "=1 for the stack trace");
        if (System.getenv(TRACE) != null) {
            e.printStackTrace(terminal.err());
        }
        return ExitCode.INTERNAL.status();
    }
}
