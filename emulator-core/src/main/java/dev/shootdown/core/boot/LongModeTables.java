package dev.shootdown.core.boot;

import dev.shootdown.core.arch.PageSize;
import dev.shootdown.core.arch.Pte;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Page tables of long mode that map the low 4 GiB to themselves by 2 MiB pages. SDM 3A 4.5. */
final class LongModeTables {
    private static final int DIRECTORIES = 4;
    private static final int TABLE_ENTRIES = 512;
    private static final long LARGE_PAGE = 2 << 20;
    private static final int PAGE = PageSize.BYTES_4K;
    /** How much they take: the two upper levels, and a directory for each GiB. */
    static final int BYTES = (2 + DIRECTORIES) * PAGE;

    private LongModeTables() {
    }

    /** The tables for address {@code base}, which is what CR3 must hold. */
    static byte[] build(final long base) {
        final ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        final long link = Pte.PRESENT | Pte.WRITABLE;
        out.putLong(0, base + PAGE | link);
        for (int i = 0; i < DIRECTORIES; i++) {
            out.putLong(PAGE + i * Long.BYTES, base + (2L + i) * PAGE | link);
        }
        for (int i = 0; i < DIRECTORIES * TABLE_ENTRIES; i++) {
            out.putLong(2 * PAGE + i * Long.BYTES, i * LARGE_PAGE | link | Pte.LARGE);
        }
        return out.array();
    }
}
