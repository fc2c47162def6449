package dev.shootdown.core.cpu;

import dev.shootdown.core.decode.Block;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.Insn;

/** Where a core gets decoded instructions from. */
public interface BlockSource {
    /**
     * The block that starts at {@code physical}, from a cache or decoded now.
     *
     * @param linear where the core sees it
     * @return null if the first instruction needs bytes beyond the end of the frame
     */
    Block at(long physical, long linear, CodeMode mode);

    /** Memory has been replaced: everything is decoded anew. */
    void forget();

    /** Decodes one instruction from {@code bytes[0..count)}, without caching it. */
    Insn decode(byte[] bytes, int count, CodeMode mode);
}
