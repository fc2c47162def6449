package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.arch.Vector;
import dev.shootdown.core.state.Derived;

/**
 * What few guests ask for and every access to data must then pass: breakpoints on data, and #AC. While
 * neither is on this costs nothing; while one is, accesses bypass the {@link
 * dev.shootdown.core.spi.TranslationFilter}. SDM 3B 18.2, 3A 6.15 "interrupt 17".
 */
final class AccessChecks {
    /** Whether {@link #examine} has anything to do. */
    @Derived("from the debug registers and the mode") boolean active;
    @Derived("from the debug registers") private boolean watched;
    @Derived("from the mode and EFLAGS.AC") private boolean aligned;
    private final Core core;

    AccessChecks(final Core core) {
        this.core = core;
    }

    /** The mode, EFLAGS.AC or the debug registers have changed. */
    void update() {
        watched = core.debug.watches();
        aligned = core.userAccess == Access.USER && core.flags.has(Rflags.AC)
            && (core.control.cr0 & Cr0.AM) != 0;
        active = watched || aligned;
    }

    /** An access that is otherwise in order: a page fault comes before #AC. SDM 3A table 6-2. */
    void examine(final long linear, final int size, final boolean write) {
        if (aligned && (linear & size - 1) != 0) {
            throw core.fault(Vector.AC);
        }
        note(linear, size, write);
    }

    /** As {@link #examine}, for what the processor pushes for itself. */
    void note(final long linear, final int size, final boolean write) {
        if (watched) {
            core.debug.noteData(linear, size, write);
        }
    }
}
