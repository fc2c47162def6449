package dev.shootdown.core.machine;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.boot.BootModule;
import dev.shootdown.core.boot.ElfImage;
import dev.shootdown.core.boot.ElfSymbols;
import dev.shootdown.core.boot.EntryState;
import dev.shootdown.core.boot.PvhLoader;
import dev.shootdown.core.bus.CommandInbox;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.cpu.CodeCache;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.CoreParts;
import dev.shootdown.core.cpu.ProbePoints;
import dev.shootdown.core.cpu.RegisterDump;
import dev.shootdown.core.cpu.Starting;
import dev.shootdown.core.memory.LineDirectory;
import dev.shootdown.core.memory.PhysicalMap;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.memory.PortMap;
import dev.shootdown.core.platform.Platform;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.FunctionProbe;
import dev.shootdown.core.spi.InterruptFabric;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.SymbolTable;
import dev.shootdown.core.spi.Topology;
import dev.shootdown.core.state.DigestWriter;
import dev.shootdown.core.state.StateWriter;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.EventQueue;
import java.util.List;

/**
 * One machine, wired here and nowhere else. Owned by one thread; only its {@link CommandInbox} is for others.
 */
public final class Machine implements MachineContext, Stateful {
    private static final long MIB = 1L << 20;

    private final MachineSpec spec;
    private final PluginRegistry plugins;
    private final EventSink sink;
    private final CommandInbox inbox = new CommandInbox();
    private final EventQueue events = new EventQueue();
    private final Topology topology;
    private final PhysicalMemory memory;
    private final PortMap ports = new PortMap();
    private final PhysicalMap devices = new PhysicalMap();
    private final ProbePoints probes = new ProbePoints();
    private final Core[] cores;
    private final List<Mmu> mmus;
    private final InterruptFabric fabric;
    private final RunLoop loop;
    private final CoreNeighbours neighbours;
    private Platform platform;
    private SymbolTable symbols = ElfSymbols.none();

    /** A machine without a guest. Events of interest go to {@code sink}. */
    public Machine(final MachineSpec spec, final PluginRegistry plugins, final EventSink sink) {
        this.spec = spec;
        this.plugins = plugins;
        this.sink = sink;
        final Settings settings = spec.settings();
        topology = new Topology(settings);
        memory = new PhysicalMemory(settings.get(MachineSetting.MEMORY_MIB) * MIB);
        final CoreParts parts = new CoreParts(memory, devices, ports, new LineDirectory(spec.cores(),
            topology, settings),
            settings, topology, spec.cores(), sink, new CodeCache(memory, probes), probes, spec.seed());
        cores = new Core[spec.cores()];
        for (int id = 0; id < cores.length; id++) {
            cores[id] = new Core(parts, id);
        }
        mmus = plugins.mmus().create(this);
        fabric = plugins.fabric().create(this);
        loop = new RunLoop(cores, events, inbox);
        neighbours = new CoreNeighbours(cores, loop, events, settings);
        for (int id = 0; id < cores.length; id++) {
            cores[id].attach(mmus.get(id), fabric.local(id), neighbours);
        }
    }

    /**
     * Loads a guest, once, and lets the plugins' probes attach to it.
     *
     * @param commandLine for the guest
     * @throws dev.shootdown.core.boot.ImageException if the image cannot be started or does not fit
     */
    public void load(final ElfImage image, final String commandLine, final List<BootModule> modules) {
        if (platform != null) {
            throw new IllegalStateException("the machine has a guest already");
        }
        platform = new Platform(platformParts(commandLine));
        symbols = image.symbols();
        final EntryState entry = PvhLoader.load(image, memory, commandLine, modules, platform.rsdp());
        final Core first = cores[0];
        if (entry.mode() == EntryState.Mode.LONG_64) {
            Starting.inLongMode(first, entry.rip(), entry.cr3());
            first.gpr[Gpr.RSI] = entry.startInfo();
        } else {
            Starting.inProtectedMode(first, entry.rip());
            first.gpr[Gpr.RBX] = entry.startInfo();
        }
        for (final EmulatorPlugin plugin : plugins.plugins()) {
            plugin.probe().ifPresent(probe -> probe.attach(this));
        }
    }

    private Platform.Parts platformParts(final String commandLine) {
        final int[] apicIds = new int[cores.length];
        for (int id = 0; id < apicIds.length; id++) {
            apicIds[id] = fabric.local(id).apicId();
        }
        return new Platform.Parts(memory, ports, devices, events, fabric, loop::now,
            spec.settings().get(MachineSetting.FREQUENCY_KHZ), apicIds, commandLine, spec.consoleOutput(),
            spec.consoleOutput(), spec.consoleInput());
    }

    /** Runs until the guest, a limit or a command ends it. May be called again after a limit or a command. */
    public RunResult run(final RunLimits limits) {
        try {
            loop.run(limits);
            throw new AssertionError("the run loop ended by itself");
        } catch (final MachineStop stop) {
            return new RunResult(stop, loop.now(), registers(stop));
        }
    }

    private String registers(final MachineStop stop) {
        final StringBuilder text = new StringBuilder();
        for (final Core core : cores) {
            if (stop.core() < 0 || stop.core() == core.id()) {
                text.append(RegisterDump.of(core, symbols));
            }
        }
        return text.toString();
    }

    /** Whether any core has charged {@code param}. */
    public boolean hasCharged(final CostParam param) {
        for (final Core core : cores) {
            if (core.hasCharged(param)) {
                return true;
            }
        }
        return false;
    }

    /** Commands from other threads. */
    public CommandInbox inbox() {
        return inbox;
    }

    /** The sum of {@code counter} over the cores. */
    public long count(final Counter counter) {
        long sum = 0;
        for (final Core core : cores) {
            sum += core.counters().get(counter);
        }
        return sum;
    }

    /** The digest of everything that the guest or a result can depend on. */
    public String digest() {
        final DigestWriter writer = new DigestWriter();
        save(writer);
        return writer.hex();
    }

    @Override
    public void save(final StateWriter out) {
        out.value("now", loop.now());
        for (final Core core : cores) {
            out.section("core", core.id());
            core.save(out);
            mmus.get(core.id()).save(out);
        }
        neighbours.save(out);
        fabric.save(out);
        platform.save(out);
        events.save(out);
        memory.save(out);
    }

    @Override
    public int cores() {
        return spec.cores();
    }

    @Override
    public CoreContext core(final int id) {
        return cores[id];
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
        return spec.settings();
    }

    @Override
    public Topology topology() {
        return topology;
    }

    @Override
    public long seed() {
        return spec.seed();
    }

    @Override
    public long now() {
        return loop.now();
    }

    @Override
    public SymbolTable symbols() {
        return symbols;
    }

    @Override
    public void attach(final long function, final FunctionProbe probe) {
        probes.attach(function, probe);
    }

    @Override
    public EventSink sink() {
        return sink;
    }

    @Override
    public String replayCommand() {
        return spec.replayCommand();
    }

    @Override
    public Mmu mmu(final int core) {
        return mmus.get(core);
    }

    @Override
    public InterruptFabric fabric() {
        return fabric;
    }
}
