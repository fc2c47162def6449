package dev.shootdown.apic;

import dev.shootdown.apic.fabric.IpiFabric;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.spi.FunctionProbe;
import dev.shootdown.core.spi.InterruptFabric;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.spi.MachineContext;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.Mmu;
import dev.shootdown.core.spi.SymbolTable;
import dev.shootdown.core.spi.Topology;
import dev.shootdown.core.time.EventQueue;
import java.util.ArrayList;
import java.util.List;

/** Cores with clocks and local APICs, and nothing else: two sockets of four cores of two threads. */
public final class FakeMachine implements MachineContext, EventSink {
    /** The events published, as text. */
    public final List<String> published = new ArrayList<>();
    private final EventQueue events = new EventQueue();
    private final PhysicalMemory memory = new PhysicalMemory(4 << 20);
    private final FakeCore[] cores;
    private final Settings settings;
    private final Topology topology;
    private final IpiFabric fabric;
    private long now;

    private FakeMachine(final int cores, final Settings settings) {
        this.settings = settings;
        topology = new Topology(settings);
        this.cores = new FakeCore[cores];
        for (int i = 0; i < cores; i++) {
            this.cores[i] = new FakeCore(i);
        }
        fabric = ApicPlugin.create(this);
    }

    /** A machine; {@code keyValues} like {@code "apic.timer_khz=25000"}. */
    public static FakeMachine of(final int cores, final String... keyValues) {
        final List<Setting> known = new ArrayList<>(List.of(CostParam.values()));
        known.addAll(List.of(MachineSetting.values()));
        known.addAll(List.of(ApicSetting.values()));
        Settings settings = Settings.defaultsOf(known)
            .with("machine.cores_per_socket", "4", "test").with("machine.threads_per_core", "2", "test");
        for (final String keyValue : keyValues) {
            final String[] parts = keyValue.split("=");
            settings = settings.with(parts[0], parts[1], "test");
        }
        return new FakeMachine(cores, settings);
    }

    /** A machine in x2APIC mode with every APIC enabled by software. */
    public static FakeMachine x2apic(final int cores, final String... keyValues) {
        final String[] all = new String[keyValues.length + 1];
        System.arraycopy(keyValues, 0, all, 0, keyValues.length);
        all[keyValues.length] = "apic.x2apic_at_reset=1";
        final FakeMachine machine = of(cores, all);
        for (int core = 0; core < cores; core++) {
            machine.apic(core).writeMsr(ApicRegisters.SPURIOUS.msr(), 0x1FF);
            machine.core(core).charged = 0;
        }
        return machine;
    }

    /** A machine in xAPIC mode with every APIC enabled by software. */
    public static FakeMachine xapic(final int cores, final String... keyValues) {
        final FakeMachine machine = of(cores, keyValues);
        for (int core = 0; core < cores; core++) {
            machine.write(core, ApicRegisters.SPURIOUS, 0x1FF);
            machine.core(core).charged = 0;
        }
        return machine;
    }

    /** Writes a register of the page. */
    public void write(final int core, final ApicRegisters register, final long value) {
        apic(core).mmioWrite(ApicBase.RESET_PAGE + register.offset(), 4, value);
    }

    /** Reads a register of the page. */
    public long read(final int core, final ApicRegisters register) {
        return apic(core).mmioRead(ApicBase.RESET_PAGE + register.offset(), 4);
    }

    /** Sends with the two registers of the page. */
    public void sendXapic(final int core, final long icr) {
        write(core, ApicRegisters.ICR_HIGH, icr >>> 32);
        write(core, ApicRegisters.ICR, icr & 0xFFFF_FFFFL);
    }

    /** Sends with the MSR. */
    public void send(final int core, final long icr) {
        apic(core).writeMsr(ApicRegisters.ICR.msr(), icr);
    }

    /** Lets time pass up to {@code cycle}, on all cores. */
    public void runTo(final long cycle) {
        while (events.nextCycle() <= cycle) {
            now = events.nextCycle();
            for (final FakeCore core : cores) {
                core.clock = Math.max(core.clock, now);
            }
            events.deliverThrough(now);
        }
        now = cycle;
        for (final FakeCore core : cores) {
            core.clock = Math.max(core.clock, cycle);
        }
    }

    /** A count of a core. */
    public long count(final int core, final Counter counter) {
        return cores[core].counters().get(counter);
    }

    /** The local APIC of a core. */
    public LocalInterrupts apic(final int core) {
        return fabric.local(core);
    }

    /** The fabric with its ledger. */
    public IpiFabric ipis() {
        return fabric;
    }

    @Override
    public int cores() {
        return cores.length;
    }

    @Override
    public FakeCore core(final int id) {
        return cores[id];
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
    public long now() {
        return now;
    }

    @Override
    public EventSink sink() {
        return this;
    }

    @Override
    public boolean wants(final EventType type) {
        return true;
    }

    @Override
    public void publish(final EventType type, final long cycle, final int core, final long a, final long b,
            final long c, final long d) {
        published.add(type + "@" + cycle + " core=" + core + " " + a + " " + b + " " + c + " " + d);
    }

    @Override
    public InterruptFabric fabric() {
        return fabric;
    }

    @Override
    public PhysicalMemory memory() {
        return memory;
    }

    @Override
    public long seed() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SymbolTable symbols() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void attach(final long function, final FunctionProbe probe) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String replayCommand() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mmu mmu(final int core) {
        throw new UnsupportedOperationException();
    }
}
