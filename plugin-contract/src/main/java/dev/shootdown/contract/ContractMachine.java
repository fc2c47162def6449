package dev.shootdown.contract;

import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.NoEvents;
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
import dev.shootdown.core.spi.WalkObservers;
import dev.shootdown.core.spi.asserting.AssertingMmu;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.StateTape;
import dev.shootdown.core.time.EventQueue;
import java.util.ArrayList;
import java.util.List;

/** RAM, time and cores without instructions, for one plugin under test. */
final class ContractMachine implements MachineContext {
    private static final long RAM_BYTES = 64L << 20;
    private static final long SEED = 42;

    private final PhysicalMemory memory = new PhysicalMemory(RAM_BYTES);
    private final EventQueue events = new EventQueue();
    private final WalkObservers walks = new WalkObservers();
    private final List<ContractCore> cores = new ArrayList<>();
    private final Settings settings;
    private final Topology topology;
    private final List<Mmu> mmus = new ArrayList<>();
    private final List<Mmu> checkedMmus = new ArrayList<>();
    private final InterruptFabric fabric;
    private long now;

    ContractMachine(final EmulatorPlugin plugin, final int count) {
        final List<Setting> known = new ArrayList<>(List.of(CostParam.values()));
        known.addAll(List.of(MachineSetting.values()));
        known.addAll(plugin.settings());
        settings = Settings.defaultsOf(known);
        topology = new Topology(settings);
        for (int id = 0; id < count; id++) {
            cores.add(new ContractCore(this, id));
        }
        plugin.mmus().ifPresent(factory -> mmus.addAll(factory.create(this)));
        for (int id = 0; id < mmus.size(); id++) {
            checkedMmus.add(new AssertingMmu(mmus.get(id), cores.get(id)));
        }
        fabric = plugin.fabric().map(factory -> factory.create(this)).orElse(null);
    }

    /** The MMU of a core, behind its checks. */
    Mmu checkedMmu(final int core) {
        return checkedMmus.get(core);
    }

    ContractCore contractCore(final int id) {
        return cores.get(id);
    }

    /** Time passes, and what is due happens. */
    void runTo(final long cycle) {
        while (events.nextCycle() <= cycle) {
            now = events.nextCycle();
            for (final ContractCore core : cores) {
                core.clock = Math.max(core.clock, now);
            }
            events.deliverThrough(now);
        }
        now = cycle;
        for (final ContractCore core : cores) {
            core.clock = Math.max(core.clock, cycle);
        }
    }

    /** The state of everything but RAM. */
    StateTape tape() {
        return StateTape.of(this::transfer);
    }

    void restore(final StateTape tape) {
        tape.restore(this::transfer);
    }

    private void transfer(final StateStream state) {
        now = state.value("now", now);
        cores.forEach(core -> core.transfer(state));
        mmus.forEach(mmu -> mmu.transfer(state));
        if (fabric != null) {
            fabric.transfer(state);
        }
        events.transfer(state);
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
        return topology;
    }

    @Override
    public long seed() {
        return SEED;
    }

    @Override
    public long now() {
        return now;
    }

    @Override
    public SymbolTable symbols() {
        return NoSymbols.INSTANCE;
    }

    @Override
    public void attach(final long function, final FunctionProbe probe) {
        throw new UnsupportedOperationException("no guest, so no functions");
    }

    @Override
    public WalkObservers walks() {
        return walks;
    }

    @Override
    public EventSink sink() {
        return NoEvents.INSTANCE;
    }

    @Override
    public String replayCommand() {
        return "";
    }

    @Override
    public Mmu mmu(final int core) {
        return mmus.get(core);
    }

    @Override
    public InterruptFabric fabric() {
        return fabric;
    }

    private static final class NoSymbols implements SymbolTable {
        static final NoSymbols INSTANCE = new NoSymbols();

        @Override
        public long address(final String name) {
            return NONE;
        }

        @Override
        public String describe(final long linear) {
            return "0x" + Long.toHexString(linear);
        }

        @Override
        public String nameAt(final long linear) {
            return "";
        }

        @Override
        public long size(final String name) {
            return 0;
        }
    }
}
