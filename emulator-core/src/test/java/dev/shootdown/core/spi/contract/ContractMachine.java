package dev.shootdown.core.spi.contract;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.NoEvents;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.FunctionProbe;
import dev.shootdown.core.spi.InterruptFabric;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.Topology;
import dev.shootdown.core.spi.WalkObservers;
import dev.shootdown.core.spi.asserting.AssertingMmu;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.StateTape;
import dev.shootdown.core.time.EventQueue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** RAM, time, symbols and cores without instructions, for one plugin under test. */
public final class ContractMachine implements MachineContext {
    /** The seed of a machine that is given none. */
    public static final long SEED = 42;
    private static final long RAM_BYTES = 64L << 20;

    private final PhysicalMemory memory = new PhysicalMemory(RAM_BYTES);
    private final EventQueue events = new EventQueue();
    private final WalkObservers walks = new WalkObservers();
    private final List<ContractCore> cores = new ArrayList<>();
    private final ContractSymbols symbols = new ContractSymbols();
    private final Map<Long, FunctionProbe> probes = new TreeMap<>();
    private final long seed;
    private final EventSink sink;
    private final Settings settings;
    private final Topology topology;
    private final List<Mmu> mmus = new ArrayList<>();
    private final List<Mmu> checkedMmus = new ArrayList<>();
    private final InterruptFabric fabric;
    private long now;

    /** A machine with {@code count} cores, {@link #SEED} and the defaults of all settings. */
    public ContractMachine(final EmulatorPlugin plugin, final int count) {
        this(plugin, count, SEED, NoEvents.INSTANCE);
    }

    /**
     * A machine with {@code count} cores.
     *
     * @param sink takes what the plugin publishes
     * @param keyValues settings of the machine, the costs or the plugin, such as {@code machine.sockets=2}
     */
    public ContractMachine(final EmulatorPlugin plugin, final int count, final long seed,
            final EventSink sink, final String... keyValues) {
        this.seed = seed;
        this.sink = sink;
        settings = settings(plugin, keyValues);
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

    private static Settings settings(final EmulatorPlugin plugin, final String... keyValues) {
        final List<Setting> known = new ArrayList<>(List.of(CostParam.values()));
        known.addAll(List.of(MachineSetting.values()));
        known.addAll(plugin.settings());
        Settings settings = Settings.defaultsOf(known);
        for (final String keyValue : keyValues) {
            final String[] parts = keyValue.split("=", 2);
            settings = settings.with(parts[0], parts[1], "test");
        }
        return settings;
    }

    /** The MMU of a core, behind its checks. */
    Mmu checkedMmu(final int core) {
        return checkedMmus.get(core);
    }

    /** Time passes up to {@code cycle} on all cores, and what is due by then happens. */
    public void runTo(final long cycle) {
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

    /**
     * A guest function is entered on {@code core}.
     *
     * @param function its name, to which something is attached
     */
    public void enter(final int core, final String function, final long... arguments) {
        cores.get(core).setArguments(arguments);
        cores.get(core).clock++;
        probes.get(symbols.address(function)).entered(cores.get(core));
    }

    /** A guest function returns {@code result} on the core that it was entered on at {@code enteredCycle}. */
    public void leave(final int core, final String function, final long enteredCycle, final long result) {
        cores.get(core).clock++;
        cores.get(core).gprs[Gpr.RAX] = result;
        probes.get(symbols.address(function)).returned(cores.get(core), enteredCycle, core);
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
    public ContractCore core(final int id) {
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
        return seed;
    }

    /** What {@link #runTo} has come to, or the first core if it is ahead: what it does takes time too. */
    @Override
    public long now() {
        return Math.max(now, cores.get(0).clock);
    }

    @Override
    public ContractSymbols symbols() {
        return symbols;
    }

    @Override
    public void attach(final long function, final FunctionProbe probe) {
        probes.put(function, probe);
    }

    @Override
    public WalkObservers walks() {
        return walks;
    }

    @Override
    public EventSink sink() {
        return sink;
    }

    @Override
    public String replayCommand() {
        return "";
    }

    @Override
    public Mmu mmu(final int core) {
        return mmus.get(core);
    }

    /** The plugin's fabric, null if it has none. */
    @Override
    public InterruptFabric fabric() {
        return fabric;
    }
}
