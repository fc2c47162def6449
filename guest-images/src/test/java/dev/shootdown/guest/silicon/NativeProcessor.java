package dev.shootdown.guest.silicon;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The processor that runs this test, through the C program in {@code src/test/c}. */
final class NativeProcessor implements AutoCloseable {
    /** Most cases of a batch; the C program's limit. */
    static final int MOST_CASES = 16384;
    private static final long MAGIC = 0x6E6F63696C6973L;
    private static final int GREETING_BYTES = 96;
    private static final long BUILD_SECONDS = 60;
    private static final List<String> FLAGS = List.of("-O2", "-Wall", "-Wextra", "-Werror", "-nostdlib",
        "-static", "-ffreestanding", "-fno-stack-protector", "-fno-pic", "-no-pie", "-mcmodel=large",
        "-mno-red-zone", "-mgeneral-regs-only", "-fno-builtin",
        "-Wl,-Ttext-segment=0x3b9d5e270000,-z,noexecstack,--build-id=none");
    /** Leaf (of 0, 1, 7, 0x80000001, 0x80000008), register (of EAX, EBX, ECX, EDX), bit. */
    private static final Map<String, int[]> FEATURES = Map.ofEntries(
        Map.entry("popcnt", new int[] {1, 2, 23}), Map.entry("movbe", new int[] {1, 2, 22}),
        Map.entry("rdrand", new int[] {1, 2, 30}), Map.entry("crc32", new int[] {1, 2, 20}),
        Map.entry("cx16", new int[] {1, 2, 13}), Map.entry("lzcnt", new int[] {3, 2, 5}),
        Map.entry("lahf", new int[] {3, 2, 0}), Map.entry("rdtscp", new int[] {3, 3, 27}),
        Map.entry("bmi1", new int[] {2, 1, 3}), Map.entry("bmi2", new int[] {2, 1, 8}),
        Map.entry("adx", new int[] {2, 1, 19}), Map.entry("rdseed", new int[] {2, 1, 18}),
        Map.entry("smap", new int[] {2, 1, 20}), Map.entry("invpcid", new int[] {2, 1, 10}),
        Map.entry("rdpid", new int[] {2, 2, 22}), Map.entry("waitpkg", new int[] {2, 2, 5}),
        Map.entry("clflushopt", new int[] {2, 1, 23}), Map.entry("clwb", new int[] {2, 1, 24}),
        Map.entry("invlpgb", new int[] {4, 1, 3}), Map.entry("tlbsync", new int[] {4, 1, 3}));

    private final Process process;
    private final DataOutputStream to;
    private final DataInputStream from;
    private final Set<String> features = new TreeSet<>();
    private final boolean amd;
    private final int perCpuLimit;
    private final ByteBuffer inputs = ByteBuffer.allocate(4 + MOST_CASES * Case.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN);
    private final byte[] results = new byte[MOST_CASES * Outcome.BYTES];

    /** Builds the C program in {@code folder} and starts it with {@code data} in the data pages. */
    NativeProcessor(final Path source, final Path folder, final byte[] data)
            throws IOException, InterruptedException {
        final Path program = folder.resolve("silicon");
        build(source, program);
        process = new ProcessBuilder(program.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        to = new DataOutputStream(process.getOutputStream());
        from = new DataInputStream(process.getInputStream());
        to.write(data);
        to.flush();
        final byte[] bytes = new byte[GREETING_BYTES];
        from.readFully(bytes);
        final ByteBuffer greeting = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (greeting.getLong() != MAGIC) {
            throw new IOException("the C program does not greet");
        }
        final int[] leaves = new int[20];
        for (int i = 0; i < leaves.length; i++) {
            leaves[i] = greeting.getInt();
        }
        amd = leaves[1] == 0x68747541;
        FEATURES.forEach((name, where) -> {
            if ((leaves[4 * where[0] + where[1]] >>> where[2] & 1) != 0) {
                features.add(name);
            }
        });
        if (greeting.getInt() != 0) {
            features.add("fsgsbase");
        }
        perCpuLimit = greeting.getInt();
    }

    /** Why it cannot be used on this host, if it cannot. */
    static Optional<String> missing() {
        final String os = System.getProperty("os.name");
        final String architecture = System.getProperty("os.arch");
        if (!"Linux".equals(os) || !"amd64".equals(architecture)) {
            return Optional.of("the host is " + os + " on " + architecture + ", not Linux on amd64");
        }
        for (final String path : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(path, "gcc"))) {
                return Optional.empty();
            }
        }
        return Optional.of("gcc is not installed");
    }

    private static void build(final Path source, final Path program)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add("gcc");
        command.addAll(FLAGS);
        command.addAll(List.of("-o", program.toString(), source.toString()));
        final Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
        final String said = new String(gcc.getInputStream().readAllBytes(),
            java.nio.charset.StandardCharsets.UTF_8);
        if (!gcc.waitFor(BUILD_SECONDS, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            throw new IOException("gcc fails: " + said);
        }
    }

    /** What it can do, by the names of {@link Nature#feature}. */
    Set<String> features() {
        return features;
    }

    /** Whether its maker is AMD. */
    boolean isAmd() {
        return amd;
    }

    /** The limit of segment 0x78, in which Linux keeps the number of the processor. */
    int perCpuLimit() {
        return perCpuLimit;
    }

    /** Runs the cases, at most {@link #MOST_CASES}; {@code outcomes} are filled in their order. */
    void run(final List<Case> cases, final Outcome[] outcomes) throws IOException {
        inputs.clear();
        inputs.putInt(cases.size());
        for (final Case made : cases) {
            made.write(inputs);
        }
        try {
            to.write(inputs.array(), 0, inputs.position());
            to.flush();
            from.readFully(results, 0, cases.size() * Outcome.BYTES);
        } catch (final IOException e) {
            throw new IOException("the C program died, status " + status(), e);
        }
        final ByteBuffer read = ByteBuffer.wrap(results).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < cases.size(); i++) {
            outcomes[i].read(read);
        }
    }

    private String status() {
        try {
            return process.waitFor(1, TimeUnit.SECONDS) ? "" + process.exitValue() : "none";
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }

    @Override
    public void close() throws IOException {
        try {
            to.write(new byte[4]);
            to.flush();
        } finally {
            process.destroy();
        }
    }
}
