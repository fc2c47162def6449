package dev.shootdown.perf.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the process status says. */
enum ExitCode {
    OK(0, "done"),
    FAILED(1, "a cross-check failed, or the guest reported a failure"),
    USAGE(2, "wrong usage or bad input"),
    STOPPED(3, "the guest stopped abnormally: triple fault, something not modelled, all CPUs halted, limit"),
    INTERNAL(4, "a defect of this program");

    private final int status;
    private final String sentence;

    ExitCode(final int status, final String sentence) {
        this.status = status;
        this.sentence = sentence;
    }

    int status() {
        return status;
    }

    /** For the help pages. */
    static Map<String, String> descriptions() {
        final Map<String, String> descriptions = new LinkedHashMap<>();
        for (final ExitCode code : values()) {
            descriptions.put(" " + code.status, code.sentence);
        }
        return descriptions;
    }
}
