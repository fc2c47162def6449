package dev.shootdown.guest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs all litmus tests on a machine and counts their outcomes. */
final class LitmusRun {
    /**
     * Machines on which the same tests meet other timings: dear and cheap cache lines, stores that leave at
     * once, late, or at random. PAUSE is cheap, or the barriers would take most of the time.
     */
    static final List<Map<String, String>> MACHINES = List.of(
        Map.of("cost.pause", "5"),
        Map.of("cost.pause", "5", "machine.drain_jitter", "60", "cost.line_same_socket", "0"),
        Map.of("cost.pause", "5", "machine.drain_jitter", "400", "cost.line_same_socket", "20"),
        Map.of("cost.pause", "5", "cost.store_drain", "200", "machine.cores_per_socket", "2"));
    private static final long LIMIT_INSTRUCTIONS = 100_000_000_000L;
    private static final int CPUS = 4;
    private static final int MEMORY_MIB = 16;

    private LitmusRun() {
    }

    /** The tests, in the order of their file. */
    static List<LitmusProgram> programs() {
        try {
            return LitmusProgram.parseAll(
                Files.readAllLines(GuestPrograms.SOURCES.resolve("litmus").resolve("litmus.txt")));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Builds the guest that has them all. */
    static void build(final List<LitmusProgram> programs) {
        GuestPrograms.build("litmus", LitmusAssembly.of(programs));
    }

    /**
     * Runs {@code count} tests from number {@code first} on, each {@code iterations} times, on one machine.
     *
     * @param into for each test's name, how often each outcome was seen
     */
    static void count(final long seed, final int iterations, final Map<String, String> machine,
            final boolean tso, final int first, final int count, final Map<String, Map<Long, Long>> into) {
        final GuestProgram guest = new GuestProgram("litmus", "", CPUS, MEMORY_MIB, "", LIMIT_INSTRUCTIONS,
            Map.of("machine.tso", tso ? "1" : "0"), true, "", "", false);
        final GuestProgramRun run = new GuestProgramRun(guest, seed, machine,
            "iterations=" + iterations + " seed=" + seed + " first=" + first + " count=" + count);
        final String transcript = run.transcript();
        GuestProgramsTest.assertPasses(transcript);
        transcript.lines().map(line -> line.split(" ")).filter(words -> words[1].startsWith("0x"))
            .forEach(words -> into.computeIfAbsent(words[0], name -> new TreeMap<>())
                .merge(Long.decode(words[1]), Long.parseLong(words[2]), Long::sum));
    }
}
