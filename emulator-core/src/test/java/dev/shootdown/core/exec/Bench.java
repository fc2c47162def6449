package dev.shootdown.core.exec;

import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Setting;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.cpu.CodeCache;
import dev.shootdown.core.cpu.Core;
import dev.shootdown.core.cpu.CoreParts;
import dev.shootdown.core.cpu.ProbePoints;
import dev.shootdown.core.cpu.Starting;
import dev.shootdown.core.cpu.Waker;
import dev.shootdown.core.memory.LineDirectory;
import dev.shootdown.core.memory.PhysicalMap;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.memory.PortMap;
import dev.shootdown.core.spi.MachineSetting;
import dev.shootdown.core.spi.Topology;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

/** A few cores on a bench: identity-mapped memory, no devices, code as hexadecimal bytes. */
public final class Bench {
    public static final long CODE = 0x10000;
    public static final long DATA = 0x20000;
    public static final long STACK = 0x30000;
    static final long IDT = 0x40000;
    static final long GDT = 0x41000;
    static final long TSS = 0x42000;
    public static final long HANDLERS = 0x50000;
    private static final long MEMORY_BYTES = 16 << 20;
    private static final int MAX_STEPS = 1_000_000;

    public final PhysicalMemory memory = new PhysicalMemory(MEMORY_BYTES);
    final ProbePoints probes = new ProbePoints();
    public final Core[] cores;
    public final FakeMmu[] mmus;
    public final FakeInterrupts[] interrupts;

    /** Nobody listens. */
    private static final class Deaf implements EventSink {
        @Override
        public boolean wants(final EventType type) {
            return false;
        }

        @Override
        public void publish(final EventType type, final long cycle, final int core, final long a,
            final long b,
                final long c, final long d) {
            throw new AssertionError(type);
        }
    }

    Bench(final int count) {
        this(count, settings());
    }

    Bench(final int count, final Settings settings) {
        this(count, settings, made -> Waker.NOBODY);
    }

    /** Cores that are run by what {@code loop} makes of them. */
    public Bench(final int count, final Settings settings, final Function<Core[], Waker> loop) {
        final Topology topology = new Topology(settings);
        final CoreParts parts = new CoreParts(memory, new PhysicalMap(), new PortMap(),
            new LineDirectory(count, topology, settings), settings, topology, count, new Deaf(),
            new CodeCache(memory, probes), probes, 1);
        cores = new Core[count];
        mmus = new FakeMmu[count];
        interrupts = new FakeInterrupts[count];
        for (int id = 0; id < count; id++) {
            cores[id] = new Core(parts, id);
        }
        final Waker waker = loop.apply(cores);
        for (int id = 0; id < count; id++) {
            mmus[id] = new FakeMmu(memory);
            interrupts[id] = new FakeInterrupts();
            cores[id].attach(mmus[id], interrupts[id], waker);
        }
    }

    public static Settings settings() {
        final List<Setting> all = new ArrayList<>();
        all.addAll(List.of(MachineSetting.values()));
        all.addAll(List.of(CostParam.values()));
        return Settings.defaultsOf(all);
    }

    /** One core in 64-bit mode about to run {@code hex}. */
    static Bench running(final String hex) {
        final Bench bench = new Bench(1);
        bench.code(CODE, hex);
        bench.start(0, CODE);
        return bench;
    }

    public void start(final int core, final long entry) {
        if (core != 0) {
            cores[core].startUp(0, 0);
        }
        Starting.inLongMode(cores[core], entry, 0);
        cores[core].gpr[4] = STACK + core * 0x1000L;
    }

    public void code(final long at, final String hex) {
        memory.poke(at, HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    public void word(final long at, final long value) {
        memory.store(at, 8, value, -1, 0);
    }

    /**
     * Flat code and data segments, a TSS, and an interrupt gate for each vector below 64, to HANDLERS + 16 *
     * vector.
     */
    public void tables() {
        word(GDT + 8, 0x00AF_9B00_0000_FFFFL);
        word(GDT + 16, 0x00CF_9300_0000_FFFFL);
        word(GDT + 24, 0x00CF_F300_0000_FFFFL);
        word(GDT + 32, 0x00AF_FB00_0000_FFFFL);
        word(GDT + 40, 0x0000_8900_0000_0067L | (TSS & 0xFFFFFF) << 16);
        for (int vector = 0; vector < 64; vector++) {
            final long handler = HANDLERS + 16L * vector;
            word(IDT + 16L * vector,
                handler & 0xFFFF | 8 << 16 | 0x8E00L << 32 | (handler & 0xFFFF0000L) << 32);
            word(IDT + 16L * vector + 8, 0);
            code(handler, "f4");
        }
        for (final Core core : cores) {
            core.segments.gdtBase = GDT;
            core.segments.gdtLimit = 55;
            core.segments.idtBase = IDT;
            core.segments.idtLimit = 0x3FF;
        }
    }

    void step() {
        Interpreter.step(cores[0]);
    }

    Bench steps(final int count) {
        for (int i = 0; i < count; i++) {
            step();
        }
        return this;
    }

    /** Runs every core in the order of time until all wait. */
    void run() {
        for (int i = 0; i < MAX_STEPS; i++) {
            long now = Long.MAX_VALUE;
            for (final Core core : cores) {
                now = Math.min(now, Math.min(core.nextRun(), core.stores.nextDrain()));
            }
            if (now == Long.MAX_VALUE) {
                return;
            }
            for (final Core core : cores) {
                core.stores.drainThrough(now);
            }
            for (final Core core : cores) {
                if (core.nextRun() == now) {
                    Interpreter.step(core);
                }
            }
        }
        throw new AssertionError("the guest does not stop");
    }
}
