package dev.shootdown.core.memory;

/**
 * RAM as it was at one moment. It never changes, so any number of memories, on any threads, may stand on it.
 * Frames lie in groups, and a group in which nothing has changed is the same object in the next image: an
 * image costs as much as what was touched since the one before.
 */
public final class MemoryImage {
    static final int GROUP_SHIFT = 6;
    private static final int GROUP = 1 << GROUP_SHIFT;
    private static final int IN_GROUP = GROUP - 1;

    final long bytes;
    private final FrameImage[][] groups;

    /** @param frames how many frames the RAM of {@code bytes} has */
    MemoryImage(final long bytes, final int frames) {
        this.bytes = bytes;
        groups = new FrameImage[(frames + IN_GROUP) >>> GROUP_SHIFT][];
    }

    private MemoryImage(final MemoryImage base) {
        bytes = base.bytes;
        groups = base.groups.clone();
    }

    /** The frame of number {@code index}, low frames first; null if it had not come into being. */
    FrameImage frame(final int index) {
        final FrameImage[] group = groups[index >>> GROUP_SHIFT];
        return group == null ? null : group[index & IN_GROUP];
    }

    /** This image with other frames; {@code changes} are ordered by index or not. */
    MemoryImage with(final int[] indices, final FrameImage[] changes, final int count) {
        final MemoryImage next = new MemoryImage(this);
        for (int i = 0; i < count; i++) {
            final int at = indices[i] >>> GROUP_SHIFT;
            if (next.groups[at] == null) {
                next.groups[at] = new FrameImage[GROUP];
            } else if (next.groups[at] == groups[at]) {
                next.groups[at] = groups[at].clone();
            }
            next.groups[at][indices[i] & IN_GROUP] = changes[i];
        }
        return next;
    }
}
