package dev.shootdown.mmu;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.contract.ContractCore;
import dev.shootdown.core.spi.contract.ContractMachine;
import dev.shootdown.core.spi.contract.ContractSymbols;
import dev.shootdown.core.state.DigestWriter;
import dev.shootdown.core.time.EventQueue;
import dev.shootdown.mmu.oracle.OracleHolder;
import dev.shootdown.mmu.oracle.TranslationOracle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/** Memory, cores without instructions, our MMUs; page tables built by hand from {@link #TABLES} up. */
final class MmuBench implements EventSink {
    static final long KERNEL = 0xFFFF_8000_0000_0000L;
    static final long RIGHTS = Pte.PRESENT | Pte.WRITABLE | Pte.USER;
    static final long SEEN = Pte.ACCESSED | Pte.DIRTY;
    private static final long TABLES = 0x10_0000;
    private static final long FIRST_CYCLE = 1000;

    private final ContractMachine machine;
    private long nextTable = TABLES;

    MmuBench(final int cores, final String... keysAndValues) {
        this(ContractMachine.SEED, cores, keysAndValues);
    }

    MmuBench(final long seed, final int cores, final String... keysAndValues) {
        final String[] keyValues = new String[keysAndValues.length / 2];
        Arrays.setAll(keyValues, i -> keysAndValues[2 * i] + "=" + keysAndValues[2 * i + 1]);
        machine = new ContractMachine(new MmuPlugin(), cores, seed, this, keyValues);
        for (int id = 0; id < cores; id++) {
            core(id).clock = FIRST_CYCLE;
        }
    }

    int cores() {
        return machine.cores();
    }

    ContractCore core(final int id) {
        return machine.core(id);
    }

    PhysicalMemory memory() {
        return machine.memory();
    }

    EventQueue events() {
        return machine.events();
    }

    ContractSymbols symbols() {
        return machine.symbols();
    }

    X86Mmu x86(final int core) {
        return (X86Mmu) machine.mmu(core);
    }

    TranslationOracle oracle() {
        return OracleHolder.oracleOf(machine);
    }

    void attachProbes() {
        new MmuPlugin().probe().orElseThrow().attach(machine);
    }

    long newTable() {
        nextTable += 4096;
        return nextTable - 4096;
    }

    /** Address of the paging entry of {@code level} for {@code linear} with 4-level paging. */
    long entryAddress(final long root, final long linear, final int level) {
        return entryAddress(Paging.FOUR_LEVEL, root, linear, level);
    }

    /**
     * Address of the paging entry of {@code level} for {@code linear}, making the tables above it with all
     * rights.
     */
    long entryAddress(final Paging paging, final long root, final long linear, final int level) {
        long table = root;
        if (paging == Paging.PAE) {
            table = below(Paging.PAE, root + 8 * (linear >>> 30), Pte.PRESENT);
        }
        for (int at = paging.top(); at > level; at--) {
            table = below(paging, slot(paging, table, linear, at), RIGHTS | Pte.ACCESSED);
        }
        return slot(paging, table, linear, level);
    }

    private static long slot(final Paging paging, final long table, final long linear, final int level) {
        return paging == Paging.LEGACY ? table + 4 * (linear >>> 12 + 10 * (level - 1) & 1023)
            : table + 8 * (linear >>> 12 + 9 * (level - 1) & 511);
    }

    private long below(final Paging paging, final long address, final long bits) {
        if ((entry(paging, address) & 1) == 0) {
            poke(paging, address, newTable() | bits);
        }
        return entry(paging, address) & Pte.ADDRESS;
    }

    long entry(final Paging paging, final long address) {
        return memory().peek(address, paging == Paging.LEGACY ? 4 : 8);
    }

    void poke(final Paging paging, final long address, final long value) {
        final ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
        memory().poke(address, bytes.array(), 0, paging == Paging.LEGACY ? 4 : 8);
    }

    /** Puts core {@code core} into {@code paging} with its tables at {@code root}, all else as it is. */
    void page(final int core, final Paging paging, final long root) {
        final ContractCore at = core(core);
        final long cr0 = at.cr0;
        final long cr4 = at.cr4;
        final long efer = at.efer;
        final boolean wide = paging == Paging.FOUR_LEVEL || paging == Paging.FIVE_LEVEL;
        final long without = Cr4.PAE | Cr4.LA57 | Cr4.PSE | (wide ? 0 : Cr4.PCIDE);
        at.cr3 = root;
        at.cr4 = at.cr4 & ~without | (paging == Paging.LEGACY ? Cr4.PSE : Cr4.PAE)
            | (paging == Paging.FIVE_LEVEL ? Cr4.LA57 : 0);
        at.efer = wide ? at.efer | Efer.LMA | Efer.LME : at.efer & ~(Efer.LMA | Efer.LME);
        if (paging == Paging.PAE && !machine.mmu(core).loadDirectoryPointers(root)) {
            throw new IllegalStateException("root=0x" + Long.toHexString(root));
        }
        machine.mmu(core).modeChanged(cr0, cr4, efer);
    }

    /**
     * Maps a page at {@code level} (1: 4 KiB) to {@code physical} with {@code bits}. @return its entry's
     * address
     */
    long map(final long root, final long linear, final int level, final long physical, final long bits) {
        return map(Paging.FOUR_LEVEL, root, linear, level, physical, bits);
    }

    long map(final Paging paging, final long root, final long linear, final int level, final long physical,
            final long bits) {
        final long address = entryAddress(paging, root, linear, level);
        poke(paging, address, physical | bits | (level > 1 ? Pte.LARGE : 0));
        return address;
    }

    void poke(final long physical, final long value) {
        memory().poke(physical, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    void load(final int core, final long cr3, final boolean noFlush) {
        core(core).cr3 = cr3;
        machine.mmu(core).cr3Written(noFlush);
    }

    long read(final int core, final long linear) {
        return machine.mmu(core).translate(linear, Access.READ);
    }

    long write(final int core, final long linear) {
        return machine.mmu(core).translate(linear, Access.WRITE);
    }

    void enter(final int core, final String function, final long... arguments) {
        machine.enter(core, function, arguments);
    }

    void leave(final int core, final String function, final long entered, final long result) {
        machine.leave(core, function, entered, result);
    }

    String digest() {
        final DigestWriter writer = new DigestWriter();
        for (int id = 0; id < cores(); id++) {
            core(id).counters().transfer(writer);
            writer.value("clock", core(id).clock);
            machine.mmu(id).transfer(writer);
        }
        return writer.hex();
    }

    @Override
    public boolean wants(final EventType type) {
        return true;
    }

    @Override
    public void publish(final EventType type, final long cycle, final int core, final long a, final long b,
            final long c, final long d) {
        assert cycle >= 0 : "cycle=" + cycle;
    }

    /** Puts the guest's {@code debug_offsets} at {@code physical}, which is mapped at {@code linear}. */
    void publishOffsets(final long physical, final long linear, final Map<String, Long> offsets) {
        final ByteBuffer table = ByteBuffer.allocate(56 * (offsets.size() + 1))
            .order(ByteOrder.LITTLE_ENDIAN);
        for (final Map.Entry<String, Long> row : offsets.entrySet()) {
            final byte[] name = row.getKey().getBytes(StandardCharsets.US_ASCII);
            table.put(Arrays.copyOf(name, 48)).putLong(row.getValue());
        }
        memory().poke(physical, table.array());
        symbols().put("debug_offsets", linear);
    }
}
