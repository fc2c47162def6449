package dev.shootdown.core.machine;

import dev.shootdown.core.arch.Gpr;
import dev.shootdown.core.boot.BootLoader;
import dev.shootdown.core.boot.BootModule;
import dev.shootdown.core.boot.ElfImage;
import dev.shootdown.core.boot.ElfSymbols;
import dev.shootdown.core.boot.EntryState;
import dev.shootdown.core.bus.CommandInbox;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.count.PluginCounter;
import dev.shootdown.core.cpu.BlockSource;
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
import dev.shootdown.core.memory.Unclaimed;
import dev.shootdown.core.platform.Platform;
import dev.shootdown.core.spi.CoreContext;
import dev.shootdown.core.spi.EmulatorPlugin;
import dev.shootdown.core.spi.FunctionProbe;
import dev.shootdown.core.spi.InterruptFabric;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.SymbolTable;
import dev.shootdown.core.spi.Topology;
import dev.shootdown.core.spi.WalkObservers;
import dev.shootdown.core.spi.asserting.AssertingInterrupts;
import dev.shootdown.core.spi.asserting.AssertingMmu;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.DigestWriter;
import dev.shootdown.core.state.StateException;
import dev.shootdown.core.state.StateReader;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.StateTape;
import dev.shootdown.core.state.StateWriter;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.EventQueue;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    @Derived("decoded from memory again") private final BlockSource blocks;
    private final Core[] cores;
    private final List<Mmu> mmus;
    private final InterruptFabric fabric;
    private final RunLoop loop;
    private final WalkObservers walks = new WalkObservers();
    @Derived("made while probes attach")
    private final List<PluginCounter> pluginCounters = new ArrayList<>();
    /** What plugins keep, by name. */
    @Derived("given while probes attach; what they hold is saved")
    private final Map<String, Stateful> extras = new TreeMap<>();
    @Derived("from how it was made") private String identity = "";
    @Derived("given by load") private ElfImage guest;
    @Derived("given by load") private String guestCommandLine;
    @Derived("made by load") private Platform platform;
    @Derived("given by load") private SymbolTable symbols = ElfSymbols.none();

    /** A machine without a guest. Events of interest go to {@code sink}. */
    public Machine(final MachineSpec spec, final PluginRegistry plugins, final EventSink sink) {
        this.spec = spec;
        this.plugins = plugins;
        this.sink = sink;
        final Settings settings = spec.settings();
        topology = new Topology(settings);
        memory = new PhysicalMemory(settings.get(MachineSetting.MEMORY_MIB) * MIB);
        blocks = new CodeCache(memory, probes);
        final CoreParts parts = new CoreParts(memory, devices, ports, new LineDirectory(spec.cores(),
            topology, settings),
            settings, topology, spec.cores(), sink, blocks, probes, spec.seed());
        cores = new Core[spec.cores()];
        for (int id = 0; id < cores.length; id++) {
            cores[id] = new Core(parts, id);
        }
        mmus = plugins.mmus().create(this);
        fabric = plugins.fabric().create(this);
        loop = new RunLoop(cores, events, inbox,
            settings.flag(MachineSetting.RUN_AHEAD) ? lookahead(settings) : 0);
        for (int id = 0; id < cores.length; id++) {
            attach(cores[id], settings.flag(MachineSetting.ASSERT_PLUGINS));
        }
    }

    /** What a core does reaches no other one sooner, by an interrupt or by INVLPGB. */
    private long lookahead(final Settings settings) {
        final long broadcast = Math.min(settings.get(CostParam.INVLPGB_SAME_SOCKET),
            settings.get(CostParam.INVLPGB_CROSS_SOCKET));
        return settings.flag(MachineSetting.VENDOR_AMD) ? Math.min(broadcast, fabric.lookahead())
            : fabric.lookahead();
    }

    private void attach(final Core core, final boolean asserting) {
        final Mmu mmu = mmus.get(core.id());
        final LocalInterrupts interrupts = fabric.local(core.id());
        core.attach(asserting ? new AssertingMmu(mmu, core) : mmu,
            asserting ? new AssertingInterrupts(interrupts, core) : interrupts, loop);
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
        furnish(image, commandLine);
        final EntryState entry = BootLoader.load(image, memory, commandLine, modules, platform.rsdp());
        final Core first = cores[0];
        if (entry.mode() == EntryState.Mode.LONG_64) {
            Starting.inLongMode(first, entry.rip(), entry.cr3());
            first.gpr[Gpr.RSI] = entry.startInfo();
        } else {
            Starting.inProtectedMode(first, entry.rip());
            first.gpr[Gpr.RBX] = entry.startInfo();
            if (entry.mode() == EntryState.Mode.MULTIBOOT_32) {
                first.gpr[Gpr.RAX] = EntryState.MULTIBOOT_MAGIC;
            }
        }
        attachProbes();
    }

    /** Everything of a guest but what memory and registers hold. */
    private void furnish(final ElfImage image, final String commandLine) {
        guest = image;
        guestCommandLine = commandLine;
        platform = new Platform(platformParts(commandLine));
        symbols = image.symbols();
    }

    private void attachProbes() {
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

    /**
     * Runs until the guest, a limit or a command ends it. May be called again after a limit or a command.
     *
     * @throws MachineCrash if the emulator or a plugin has a defect
     * @throws UncheckedIOException if the console fails
     */
    public RunResult run(final RunLimits limits) {
        try {
            loop.run(limits);
            throw new AssertionError("the run loop ended by itself");
        } catch (final MachineStop stop) {
            return new RunResult(stop, loop.now(), registers(stop.core()));
        } catch (final UncheckedIOException e) {
            throw e;
        } catch (final RuntimeException | AssertionError | StackOverflowError | LinkageError e) {
            throw crash(e);
        }
    }

    private MachineCrash crash(final Throwable defect) {
        String registers;
        try {
            registers = registers(-1);
        } catch (final RuntimeException | AssertionError e) {
            registers = "cannot be shown: " + e;
        }
        return new MachineCrash(defect,
            CrashCapsule.of(defect, this, guest == null ? "no guest" : identity(), registers,
                events.recent()));
    }

    /** @param only the core, or a negative number for all */
    private String registers(final int only) {
        final StringBuilder text = new StringBuilder();
        for (final Core core : cores) {
            if (only < 0 || only == core.id()) {
                text.append(RegisterDump.of(core, symbols));
            }
        }
        return text.toString();
    }

    /** The ports, then the pages, that the guest accessed though no device is there. */
    public List<Unclaimed> unclaimed() {
        final List<Unclaimed> all = new ArrayList<>(ports.unclaimed());
        all.addAll(devices.unclaimed());
        return all;
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

    /** The counters of plugins, in the order in which they were made. */
    public List<PluginCounter> pluginCounters() {
        return List.copyOf(pluginCounters);
    }

    @Override
    public WalkObservers walks() {
        return walks;
    }

    @Override
    public PluginCounter counter(final String plugin, final String label, final String sentence) {
        final PluginCounter counter = new PluginCounter(plugin, label, sentence);
        keep(counter.name(), counter);
        pluginCounters.add(counter);
        return counter;
    }

    @Override
    public void keep(final String name, final Stateful part) {
        if (extras.put(name, part) != null) {
            throw new IllegalArgumentException("two parts of plugins are named " + name);
        }
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
        memory.transfer(writer);
        transfer(writer);
        return writer.hex();
    }

    @Override
    public void transfer(final StateStream state) {
        state.same("cores", cores.length);
        loop.transfer(state);
        for (final Core core : cores) {
            core.transfer(state);
            mmus.get(core.id()).transfer(state);
        }
        fabric.transfer(state);
        platform.transfer(state);
        probes.transfer(state);
        events.transfer(state);
    }

    /** What a snapshot and the machine that takes it must have in common. */
    private String identity() {
        if (identity.isEmpty()) {
            identity = describe();
        }
        return identity;
    }

    private String describe() {
        return "cores=" + cores.length + "\nseed=" + spec.seed() + "\nsettings=" + spec.settings().given()
            + "\nplugins=" + plugins.names() + "\nguest=" + guest.digest()
            + "\ncommand line=" + guestCommandLine;
    }

    /**
     * The machine as it is now. Must be called before a run or after one that a limit or a command ended:
     * where the guest ended it, an instruction is half done. What comes in from outside the machine (console
     * input, commands) is not part of it. Costs as much as the state of the cores and what was touched of RAM
     * since the last snapshot.
     */
    public Snapshot snapshot() {
        return new Snapshot(identity(), StateTape.of(this::transferAll), memory.image());
    }

    /**
     * Becomes what {@code snapshot} says. If it fails, the machine can no longer be used.
     *
     * @throws StateException if the snapshot is of a machine that was made in another way
     */
    public void restore(final Snapshot snapshot) {
        if (!snapshot.identity.equals(identity())) {
            throw new StateException("snapshot: found the machine\n" + snapshot.identity + "\nexpected\n"
                + identity());
        }
        blocks.forget();
        memory.become(snapshot.memory);
        snapshot.tape.restore(this::transferAll);
    }

    /**
     * Another machine in the same state. The two share the frames of RAM that neither writes.
     *
     * @param console takes what its guest prints
     * @param newSink takes its events of interest
     */
    public Machine fork(final OutputStream console, final EventSink newSink) {
        final Machine child = alike(console, newSink);
        child.restore(snapshot());
        return child;
    }

    /** A machine that is made like this one and has its guest, to restore snapshots of this one into. */
    public Machine alike(final OutputStream console, final EventSink newSink) {
        final Machine child = new Machine(new MachineSpec(spec.cores(), spec.settings(), spec.seed(), console,
            spec.consoleInput(), spec.replayCommand()), plugins, newSink);
        child.identity = identity();
        child.furnish(guest, guestCommandLine);
        child.attachProbes();
        return child;
    }

    /** Writes the machine as it is now to {@code file}. */
    public void save(final Path file) throws IOException {
        try (StateWriter writer = new StateWriter(Files.newOutputStream(file), identity())) {
            memory.transfer(writer);
            transferAll(writer);
        }
    }

    /**
     * Becomes what {@link #save} wrote. The guest must have been loaded. If it fails because of what the file
     * says, the machine is what it was, unless somebody forged the file's checksum.
     *
     * @throws StateException if the file is damaged, of another version or of another machine
     */
    public void restore(final Path file) throws IOException {
        try (StateReader reader = new StateReader(file, identity())) {
            blocks.forget();
            memory.transfer(reader);
            transferAll(reader);
            reader.expectEnd();
        }
    }

    /** What the digest knows, and what plugins keep that cannot reach the guest. */
    private void transferAll(final StateStream state) {
        transfer(state);
        extras.forEach((name, part) -> {
            state.section(name, 0);
            part.transfer(state);
        });
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
