package dev.shootdown.apic;

import dev.shootdown.core.state.StateWriter;
import java.util.ArrayList;
import java.util.List;

/** The tags under which a machine's fabric saves its state. */
final class SavedTags implements StateWriter {
    private final List<String> tags = new ArrayList<>();

    private SavedTags() {
    }

    /** Tags of everything: the fabric saves its parts. */
    static List<String> all() {
        final SavedTags saved = new SavedTags();
        FakeMachine.of(1).ipis().save(saved);
        return saved.tags;
    }

    @Override
    public void section(final String tag, final int index) {
        tags.add(tag);
    }

    @Override
    public void value(final String tag, final long value) {
        tags.add(tag);
    }

    @Override
    public void values(final String tag, final long[] values) {
        tags.add(tag);
    }

    @Override
    public void bytes(final String tag, final byte[] bytes) {
        tags.add(tag);
    }
}
