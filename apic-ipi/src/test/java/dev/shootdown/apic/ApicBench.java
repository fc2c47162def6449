package dev.shootdown.apic;

import dev.shootdown.apic.fabric.IpiFabric;
import dev.shootdown.core.bus.EventSink;
import dev.shootdown.core.bus.EventType;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.spi.LocalInterrupts;
import dev.shootdown.core.spi.contract.ContractCore;
import dev.shootdown.core.spi.contract.ContractMachine;
import dev.shootdown.core.time.EventQueue;
import java.util.ArrayList;
import java.util.List;

/** Cores with local APICs and clocks that stand: two sockets of four cores of two threads. */
public final class ApicBench implements EventSink {
    private static final List<String> TWO_SOCKETS = List.of("machine.cores_per_socket=4",
        "machine.threads_per_core=2");
    /** The events published, as text. */
    public final List<String> published = new ArrayList<>();
    private final ContractMachine machine;
    private final IpiFabric fabric;

    private ApicBench(final int cores, final String... keyValues) {
        machine = new ContractMachine(new ApicPlugin(), cores, ContractMachine.SEED, this, keyValues);
        fabric = (IpiFabric) machine.fabric();
        for (int core = 0; core < cores; core++) {
            machine.core(core).clockStands = true;
        }
    }

    /** A machine; {@code keyValues} like {@code "apic.timer_khz=25000"}. */
    public static ApicBench of(final int cores, final String... keyValues) {
        final List<String> all = new ArrayList<>(TWO_SOCKETS);
        all.addAll(List.of(keyValues));
        return new ApicBench(cores, all.toArray(String[]::new));
    }

    /** A machine in x2APIC mode with every APIC enabled by software. */
    public static ApicBench x2apic(final int cores, final String... keyValues) {
        final String[] all = new String[keyValues.length + 1];
        System.arraycopy(keyValues, 0, all, 0, keyValues.length);
        all[keyValues.length] = "apic.x2apic_at_reset=1";
        final ApicBench machine = of(cores, all);
        for (int core = 0; core < cores; core++) {
            machine.apic(core).writeMsr(ApicRegisters.SPURIOUS.msr(), 0x1FF);
            machine.core(core).charged = 0;
        }
        return machine;
    }

    /** A machine in xAPIC mode with every APIC enabled by software. */
    public static ApicBench xapic(final int cores, final String... keyValues) {
        final ApicBench machine = of(cores, keyValues);
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
        machine.runTo(cycle);
    }

    /** What time it is. */
    public long now() {
        return machine.now();
    }

    /** How many cores there are. */
    public int cores() {
        return machine.cores();
    }

    /** A core. */
    public ContractCore core(final int id) {
        return machine.core(id);
    }

    /** What will happen. */
    public EventQueue events() {
        return machine.events();
    }

    /** A count of a core. */
    public long count(final int core, final Counter counter) {
        return core(core).counters().get(counter);
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
    public boolean wants(final EventType type) {
        return true;
    }

    @Override
    public void publish(final EventType type, final long cycle, final int core, final long a, final long b,
            final long c, final long d) {
        published.add(type + "@" + cycle + " core=" + core + " " + a + " " + b + " " + c + " " + d);
    }
}
