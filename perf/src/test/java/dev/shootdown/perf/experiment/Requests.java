package dev.shootdown.perf.experiment;

import dev.shootdown.guest.GuestImage;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/** Requests and results for tests. */
public final class Requests {
    private Requests() {
    }

    /** An ordinary request. */
    public static RunRequest of(final String kernel) {
        return new RunRequest(GuestImage.of(kernel, new byte[0]), List.of(), kernel, 8,
            KnownSettings.defaults(), "skylake-sp-2s", "mixed", Map.of(), "workload=mixed", 1, 48_000_000,
            480_000_000, Long.MAX_VALUE,
            OutputStream.nullOutputStream(), InputStream.nullInputStream(), "./shootdown stat -k " + kernel);
    }

    /** What {@code runner} makes of the kernels. */
    public static List<RunResult> results(final MachineRunner runner, final String... kernels) {
        return List.of(kernels).stream().map(Requests::of)
            .map(request -> new RunResult(request, runner.run(request, Progress.NONE))).toList();
    }
}
