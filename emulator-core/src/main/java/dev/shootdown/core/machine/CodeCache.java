package dev.shootdown.core.machine;

import dev.shootdown.core.cpu.BlockSource;
import dev.shootdown.core.cpu.ProbePoints;
import dev.shootdown.core.decode.Block;
import dev.shootdown.core.decode.BlockCache;
import dev.shootdown.core.decode.CodeMode;
import dev.shootdown.core.decode.CodeSource;
import dev.shootdown.core.decode.Decoder;
import dev.shootdown.core.decode.Insn;
import dev.shootdown.core.memory.PhysicalMemory;

/** The decoded code of a machine, shared by its cores: blocks are kept by physical address. */
final class CodeCache implements BlockSource {
    private final PhysicalMemory memory;
    private final ProbePoints probes;
    private final BlockCache blocks;
    private final Decoder decoder = new Decoder();

    CodeCache(final PhysicalMemory memory, final ProbePoints probes) {
        this.memory = memory;
        this.probes = probes;
        blocks = new BlockCache(memory);
    }

    @Override
    public Block at(final long physical, final long linear, final CodeMode mode) {
        final Block known = blocks.find(physical, mode);
        if (known != null) {
            return known;
        }
        final Block made = blocks.build(memory.frame(physical), physical, linear, mode, probes::startsProbe);
        return made == null ? null : blocks.add(made, mode);
    }

    @Override
    public Insn decode(final byte[] bytes, final int count, final CodeMode mode) {
        final CodeSource source = index -> bytes[index] & 0xFF;
        return decoder.decode(source, mode);
    }
}
