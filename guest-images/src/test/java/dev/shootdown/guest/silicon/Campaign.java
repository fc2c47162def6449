package dev.shootdown.guest.silicon;

import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.Encoding;
import dev.shootdown.core.decode.OpTable;
import dev.shootdown.core.time.SplitMix64;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** So many cases, each row of the table in turn, run on both processors. */
final class Campaign implements AutoCloseable {
    private static final int BATCH = 2048;
    private static final int SHOWN_MISMATCHES = 20;

    private static final String ORDER = "which of several faults of a transfer or of CMPS comes first";
    private static final String ALIGNMENT = "Zen: #AC comes before the other faults of an access";
    private static final String PARTIAL = "what an ENTER, PUSHA or POPA that fails has done already";

    private final SplitMix64 random;
    private final NativeProcessor real;
    private final EmulatedProcessor ours;
    private final CaseMaker maker;
    private final List<RowShape> shapes = new ArrayList<>();
    private final CodeMode mode;
    private final Outcome[] there = new Outcome[BATCH];
    private final Outcome here = new Outcome();
    /** Rows that have no case, and why. */
    final Map<String, String> excluded = new TreeMap<>();
    /** How many cases each row had. */
    final Map<String, Integer> covered = new TreeMap<>();
    /** How many cases were left to the processor, and why. */
    final Map<String, Long> freedoms = new TreeMap<>();
    /** How many of the cases ended with each exception. */
    final long[] vectors = new long[256];
    final List<String> mismatches = new ArrayList<>();
    /** Mismatches of each row. */
    final Map<String, Integer> rowsWithMismatches = new TreeMap<>();
    long mismatchCount;
    long cases;
    long nativeNanoseconds;
    long emulatedNanoseconds;

    Campaign(final Path source, final Path folder, final CodeMode mode, final long seed)
            throws IOException, InterruptedException {
        random = new SplitMix64(seed);
        this.mode = mode;
        final byte[] data = new byte[Layout.DATA_BYTES];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) random.next();
        }
        real = new NativeProcessor(source, folder, data);
        ours = new EmulatedProcessor(data, real.isAmd(), real.perCpuLimit());
        maker = new CaseMaker(random.next());
        for (int i = 0; i < BATCH; i++) {
            there[i] = new Outcome();
        }
        for (final Encoding row : OpTable.rows()) {
            if (row.isValidIn(mode)) {
                Nature.reason(row).ifPresentOrElse(reason -> excluded.put(row.toString(), reason),
                    () -> shapes.add(new RowShape(row)));
            }
        }
    }

    /** Runs {@code count} cases. */
    void run(final long count) throws IOException {
        int row = 0;
        final List<Case> batch = new ArrayList<>(BATCH);
        while (cases < count) {
            batch.clear();
            while (batch.size() < Math.min(BATCH, count - cases)) {
                final Case made = maker.make(shapes.get(row++ % shapes.size()), mode);
                if (made != null && canRun(made)) {
                    batch.add(made);
                }
            }
            judge(batch);
            cases += batch.size();
        }
    }

    private boolean canRun(final Case made) {
        return hasFeature(made, made.insn.op) && hasFeature(made, made.row.op()) && isDetermined(made);
    }

    private boolean hasFeature(final Case made, final int op) {
        final String feature = Nature.feature(op, made.insn);
        if (feature.isEmpty() || real.features().contains(feature)) {
            return true;
        }
        if (made.insn.op == made.row.op()) {
            excluded.put(made.row.toString(), "the host's processor has no " + feature);
        }
        return false;
    }

    private boolean isDetermined(final Case made) {
        for (final Freedom freedom : Freedom.values()) {
            if (freedom.takes(made, real.isAmd())) {
                freedoms.merge(freedom.text, 1L, Long::sum);
                return false;
            }
        }
        return true;
    }

    private void judge(final List<Case> batch) throws IOException {
        final long start = System.nanoTime();
        real.run(batch, there);
        final long between = System.nanoTime();
        for (int i = 0; i < batch.size(); i++) {
            final Case made = batch.get(i);
            ours.run(made, here);
            covered.merge(made.row.toString(), 1, Integer::sum);
            vectors[there[i].vector]++;
            final List<String> differences = here.notModelled != null ? List.of(here.notModelled)
                : here.differences(made, there[i]);
            final String freedom = freedom(made, there[i], differences);
            if (freedom != null) {
                freedoms.merge(freedom, 1L, Long::sum);
            } else if (!differences.isEmpty()) {
                mismatch(made, differences);
            }
        }
        nativeNanoseconds += between - start;
        emulatedNanoseconds += System.nanoTime() - between;
    }

    /** Why the two may differ so, or null. */
    private String freedom(final Case made, final Outcome processor, final List<String> differences) {
        if (differences.isEmpty() || here.notModelled != null) {
            return null;
        }
        return Freedom.isOrderOfFaults(made, here, processor, differences) ? ORDER
            : Freedom.isPartial(made, here, processor, differences) ? PARTIAL
            : Freedom.isAlignmentFirst(here, processor, differences) ? ALIGNMENT : null;
    }

    private void mismatch(final Case made, final List<String> differences) {
        mismatchCount++;
        rowsWithMismatches.merge(made.row.toString(), 1, Integer::sum);
        if (mismatches.size() < SHOWN_MISMATCHES && rowsWithMismatches.get(made.row.toString()) == 1) {
            mismatches.add(made + "\n  -> " + String.join("\n     ", differences));
        }
    }

    /** Rows that should have had a case and had none. */
    List<String> missedRows() {
        return shapes.stream().map(shape -> shape.row.toString())
            .filter(row -> !covered.containsKey(row) && !excluded.containsKey(row)).toList();
    }

    /** What was run, in a few lines. */
    String report(final long seed) {
        final StringBuilder text = new StringBuilder(String.format(
            "silicon: %s seed %d: %d cases, %d mismatches; %d rows, %d excluded; "
                + "%d cases/s native, %d emulated",
            mode, seed, cases, mismatchCount, covered.size(), excluded.size(),
            perSecond(nativeNanoseconds), perSecond(emulatedNanoseconds)));
        text.append("\nsilicon: ended with");
        for (int vector = 0; vector < vectors.length; vector++) {
            if (vectors[vector] != 0) {
                text.append(' ').append(Vector.name(vector)).append(' ').append(vectors[vector]);
            }
        }
        freedoms.forEach((why, count) -> text.append("\nsilicon: left to the processor: ").append(count)
            .append(", ").append(why));
        return text.toString();
    }

    private long perSecond(final long nanoseconds) {
        return cases * 1_000_000_000L / Math.max(1, nanoseconds);
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
