package dev.shootdown.mmu;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.Efer;
import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.arch.Paging;
import dev.shootdown.core.arch.Pte;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.FunctionProbe;
import dev.shootdown.core.spi.InterruptFabric;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.SymbolTable;
import dev.shootdown.core.spi.Topology;
import dev.shootdown.core.state.DigestWriter;
import dev.shootdown.core.time.EventQueue;
import dev.shootdown.mmu.oracle.OracleHolder;
import dev.shootdown.mmu.oracle.TranslationOracle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Memory, cores without instructions, our MMUs; page tables built by hand from {@link #TABLES} up. */
final class FakeMachine implements MachineContext, SymbolTable, EventSink {
    static final long KERNEL = 0xFFFF_8000_0000_0000L;
    static final long RIGHTS = Pte.PRESENT | Pte.WRITABLE | Pte.USER;
    static final long SEEN = Pte.ACCESSED | Pte.DIRTY;
    private static final long TABLES = 0x10_0000;

    final PhysicalMemory memory = new PhysicalMemory(64L << 20);
    final List<FakeCore> cores = new ArrayList<>();
    final Map<String, Long> symbols = new TreeMap<>();
    final Map<Long, FunctionProbe> probes = new HashMap<>();
    private final long seed;
    private final EventQueue events = new EventQueue();
    private final Settings settings;
    private final List<Mmu> mmus;
    private long nextTable = TABLES;

    FakeMachine(final int cores, final String... keysAndValues) {
        this(42, cores, keysAndValues);
    }

    FakeMachine(final long seed, final int cores, final String... keysAndValues) {
        this.seed = seed;
        final List<Setting> known = new ArrayList<>(Arrays.asList(MmuSetting.values()));
        known.addAll(Arrays.asList(CostParam.values()));
        known.addAll(Arrays.asList(MachineSetting.values()));
        Settings chosen = Settings.defaultsOf(known);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            chosen = chosen.with(keysAndValues[i], keysAndValues[i + 1], "test");
        }
        settings = chosen;
        for (int id = 0; id < cores; id++) {
            this.cores.add(new FakeCore(this, id));
        }
        final EmulatorPlugin plugin = new MmuPlugin();
        mmus = plugin.mmus().orElseThrow().create(this);
    }

    X86Mmu x86(final int core) {
        return (X86Mmu) mmus.get(core);
    }

    TranslationOracle oracle() {
        return OracleHolder.oracleOf(this);
    }

    void attachProbes() {
        new MmuPlugin().probe().orElseThrow().attach(this);
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
        return memory.peek(address, paging == Paging.LEGACY ? 4 : 8);
    }

    void poke(final Paging paging, final long address, final long value) {
        final ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
        memory.poke(address, bytes.array(), 0, paging == Paging.LEGACY ? 4 : 8);
    }

    /** Puts core {@code core} into {@code paging} with its tables at {@code root}, all else as it is. */
    void page(final int core, final Paging paging, final long root) {
        final FakeCore fake = cores.get(core);
        final long cr0 = fake.cr0;
        final long cr4 = fake.cr4;
        final long efer = fake.efer;
        final boolean wide = paging == Paging.FOUR_LEVEL || paging == Paging.FIVE_LEVEL;
        final long without = Cr4.PAE | Cr4.LA57 | Cr4.PSE | (wide ? 0 : Cr4.PCIDE);
        fake.cr3 = root;
        fake.cr4 = fake.cr4 & ~without | (paging == Paging.LEGACY ? Cr4.PSE : Cr4.PAE)
            | (paging == Paging.FIVE_LEVEL ? Cr4.LA57 : 0);
        fake.efer = wide ? fake.efer | Efer.LMA | Efer.LME : fake.efer & ~(Efer.LMA | Efer.LME);
        if (paging == Paging.PAE && !mmus.get(core).loadDirectoryPointers(root)) {
            throw new IllegalStateException("root=0x" + Long.toHexString(root));
        }
        mmus.get(core).modeChanged(cr0, cr4, efer);
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
        memory.poke(physical, ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    void load(final int core, final long cr3, final boolean noFlush) {
        cores.get(core).cr3 = cr3;
        mmus.get(core).cr3Written(noFlush);
    }

    long read(final int core, final long linear) {
        return mmus.get(core).translate(linear, Access.READ);
    }

    long write(final int core, final long linear) {
        return mmus.get(core).translate(linear, Access.WRITE);
    }

    /** A guest function is entered on {@code core} with {@code arguments}. */
    void enter(final int core, final String function, final long... arguments) {
        final int[] registers = {Gpr.RDI, Gpr.RSI, Gpr.RDX, Gpr.RCX, Gpr.R8, Gpr.R9};
        for (int i = 0; i < arguments.length; i++) {
            cores.get(core).gprs[registers[i]] = arguments[i];
        }
        cores.get(core).clock++;
        probes.get(symbols.get(function)).entered(cores.get(core));
    }

    void leave(final int core, final String function, final long entered, final long result) {
        cores.get(core).clock++;
        cores.get(core).gprs[Gpr.RAX] = result;
        probes.get(symbols.get(function)).returned(cores.get(core), entered, core);
    }

    String digest() {
        final DigestWriter writer = new DigestWriter();
        for (final FakeCore core : cores) {
            core.counters.transfer(writer);
            writer.value("clock", core.clock);
            mmus.get(core.id).transfer(writer);
        }
        return writer.hex();
    }

    @Override
    public int cores() {
        return cores.size();
    }

    @Override
    public CoreContext core(final int id) {
        return cores.get(id);
    }

    @Override
    public PhysicalMemory memory() {
        return memory;
    }

    @Override
    public EventQueue events() {
        return events;
    }

    @Override
    public Settings settings() {
        return settings;
    }

    @Override
    public Topology topology() {
        return new Topology(settings);
    }

    @Override
    public long seed() {
        return seed;
    }

    @Override
    public long now() {
        return cores.get(0).clock;
    }

    @Override
    public SymbolTable symbols() {
        return this;
    }

    @Override
    public void attach(final long function, final FunctionProbe probe) {
        probes.put(function, probe);
    }

    @Override
    public EventSink sink() {
        return this;
    }

    @Override
    public String replayCommand() {
        return "shootdown run --seed 42";
    }

    @Override
    public Mmu mmu(final int core) {
        return mmus.get(core);
    }

    @Override
    public InterruptFabric fabric() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long address(final String name) {
        return symbols.getOrDefault(name, NONE);
    }

    @Override
    public String describe(final long linear) {
        final String name = nameAt(linear);
        return name.isEmpty() ? "0x" + Long.toHexString(linear) : name + "+0x0";
    }

    @Override
    public String nameAt(final long linear) {
        return symbols.entrySet().stream().filter(e -> e.getValue() == linear).map(Map.Entry::getKey)
            .findFirst()
            .orElse("");
    }

    @Override
    public long size(final String name) {
        return 0;
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
        memory.poke(physical, table.array());
        symbols.put("debug_offsets", linear);
    }
}
