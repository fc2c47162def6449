package dev.shootdown.core.machine;

import dev.shootdown.core.count.Counter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** Writes down a defect so that somebody else can find it again. */
final class CrashCapsule {
    private final StringBuilder text = new StringBuilder();

    private CrashCapsule() {
    }

    /**
     * @param identity what the machine was made of
     * @param registers of all cores
     * @param events the last ones
     */
    static String of(final Throwable defect, final Machine machine, final String identity,
            final String registers, final List<String> events) {
        final CrashCapsule capsule = new CrashCapsule();
        capsule.section("defect", defect.toString());
        capsule.section("replay", machine.replayCommand());
        capsule.section("machine", identity);
        capsule.section("cycle", "" + machine.now());
        capsule.section("instructions", "" + machine.count(Counter.INSTRUCTIONS));
        final StringWriter trace = new StringWriter();
        defect.printStackTrace(new PrintWriter(trace));
        capsule.section("stack", trace.toString());
        capsule.section("last events", String.join("\n", events));
        capsule.section("registers", registers);
        return capsule.text.toString();
    }

    private void section(final String title, final String body) {
        text.append("== ").append(title).append('\n').append(body.stripTrailing()).append("\n\n");
    }
}
