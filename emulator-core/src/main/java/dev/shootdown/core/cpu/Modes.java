package dev.shootdown.core.cpu;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Seg;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.spi.TranslationFilter;

/** What follows from the control registers, CS and SS; kept at hand because every instruction needs it. */
final class Modes {
    private Modes() {
    }

    /** The current privilege level changes. */
    static void setPrivilege(final Core core, final int level) {
        core.cpl = level;
        core.userAccess = level == 3 ? Access.USER : 0;
        core.userTag = level == 3 ? TranslationFilter.USER_TAG : 0;
        core.code.forgetTranslation();
        core.memory.updateFilter();
    }

    /** Recomputes what follows from the control registers and from CS and SS. */
    static void update(final Core core) {
        core.paging = (core.control.cr0 & Cr0.PG) != 0;
        final int attributes = core.segments.attributes[Seg.CS];
        core.is64 = core.isLong() && (attributes & SegmentRegisters.L) != 0;
        final CodeMode before = core.mode;
        core.mode = core.is64 ? CodeMode.BITS_64
            : (attributes & SegmentRegisters.DB) != 0 ? CodeMode.BITS_32 : CodeMode.BITS_16;
        if (core.mode != before) {
            core.code.forgetBlocks();
        }
        for (int segment = 0; segment < Seg.COUNT; segment++) {
            final boolean flat = core.is64 && segment <= Seg.DS;
            core.linearBase[segment] = flat ? 0 : core.segments.base[segment];
        }
        final boolean wide = (core.segments.attributes[Seg.SS] & SegmentRegisters.DB) != 0;
        core.stackMask = core.is64 ? -1 : wide ? SegmentRegisters.FLAT_LIMIT : SegmentRegisters.REAL_LIMIT;
        core.code.forgetTranslation();
        core.memory.updateFilter();
    }
}
