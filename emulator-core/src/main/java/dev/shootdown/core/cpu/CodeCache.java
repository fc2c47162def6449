package dev.shootdown.core.cpu;

import dev.shootdown.core.decode.Block;
import dev.shootdown.core.decode.BlockCache;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.CodeSource;
import dev.shootdown.core.decode.Decoder;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.memory.PhysicalMemory;
import java.util.function.LongPredicate;

/** The machine's one {@link BlockCache} as a {@link BlockSource}. */
public final class CodeCache implements BlockSource {
    private final PhysicalMemory memory;
    private final LongPredicate startsProbe;
    private final BlockCache cache;
    private final Decoder decoder = new Decoder();
    private final Bytes bytes = new Bytes();

    /** The bytes of an instruction that the core has already fetched. */
    private static final class Bytes implements CodeSource {
        private byte[] array;
        private int count;

        @Override
        public int fetch(final int index) {
            return index < count ? array[index] & 0xFF : 0;
        }
    }

    /** A cache of the code in {@code memory}; its blocks end where one of {@code probes} waits. */
    public CodeCache(final PhysicalMemory memory, final ProbePoints probes) {
        this.memory = memory;
        startsProbe = probes::startsProbe;
        cache = new BlockCache(memory);
    }

    @Override
    public Block at(final long physical, final long linear, final CodeMode mode) {
        final Block found = cache.find(physical, mode);
        if (found != null) {
            return found;
        }
        final Block built = cache.build(memory.frame(physical), physical, linear, mode, startsProbe);
        return built == null ? null : cache.add(built, mode);
    }

    @Override
    public void forget() {
        cache.dropAll();
    }

    @Override
    public Insn decode(final byte[] code, final int count, final CodeMode mode) {
        bytes.array = code;
        bytes.count = count;
        return decoder.decode(bytes, mode);
    }
}
