package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PhysicalMap;
import dev.shootdown.core.memory.PhysicalMemory;
import dev.shootdown.core.memory.PortMap;
import dev.shootdown.core.spi.InterruptFabric;
import dev.shootdown.core.state.Derived;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import dev.shootdown.core.time.EventQueue;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/** All devices of the machine, wired to its ports, physical map and interrupt fabric, and the ACPI tables. */
public final class Platform implements Stateful {
    /** The I/O APIC pin of the timer (IRQ 0), as on PCs; every other IRQ has the pin of its number. */
    static final int TIMER_PIN = 2;
    private static final int COM1_IRQ = 4;

    private final List<Stateful> devices;
    private final long rsdp;

    /**
     * What the devices are wired to.
     *
     * @param clock the clock of the core that accesses a device, or of the event that is delivered
     * @param frequencyKhz frequency of that clock
     * @param apicIds of all processors, in order of core number
     * @param commandLine for the firmware-configuration interface
     * @param console where COM1 writes
     * @param debugConsole where port 0xE9 writes
     * @param input what COM1 reads
     */
    public record Parts(PhysicalMemory memory, PortMap ports, PhysicalMap physical, EventQueue events,
            InterruptFabric fabric, Clock clock, long frequencyKhz, @Derived("wired once") int[] apicIds,
            String commandLine, OutputStream console, OutputStream debugConsole, InputStream input) {
    }

    /** Makes and attaches the devices and writes the ACPI tables. */
    public Platform(final Parts parts) {
        final PortMap ports = parts.ports();
        final IoApic ioApic = new IoApic(parts.fabric());
        parts.physical().attach(IoApic.BASE, IoApic.BYTES, ioApic);

        final Pic8259 master = new Pic8259(Pic8259.MASTER,
            asserted -> parts.fabric().driveLocalPin(0, asserted));
        final Pic8259 slave = new Pic8259(Pic8259.SLAVE, master.input(Pic8259.CASCADE));
        parts.fabric().onExternalAcknowledge(() -> master.acknowledge(slave));
        ports.attach(Pic8259.MASTER, Pic8259.MASTER + 1, master);
        ports.attach(Pic8259.SLAVE, Pic8259.SLAVE + 1, slave);

        final Pit8254 pit = new Pit8254(parts.clock(), parts.frequencyKhz(), parts.events(),
            both(master.input(0), ioApic.pin(TIMER_PIN)));
        ports.attach(Pit8254.PORT, Pit8254.CONTROL, pit);
        ports.attach(Pit8254.SYSTEM_CONTROL, Pit8254.SYSTEM_CONTROL, pit);

        final Uart16550 uart = new Uart16550(Uart16550.COM1, parts.console(), parts.input(),
            both(master.input(COM1_IRQ), ioApic.pin(COM1_IRQ)));
        ports.attach(Uart16550.COM1, Uart16550.COM1 + Uart16550.PORTS - 1, uart);

        final Cmos cmos = new Cmos(parts.memory().bytes());
        ports.attach(Cmos.INDEX, Cmos.DATA, cmos);

        final FirmwareConfig config =
            new FirmwareConfig(parts.memory().bytes(), parts.apicIds().length, parts.commandLine());
        ports.attach(FirmwareConfig.SELECTOR, FirmwareConfig.DATA, config);

        final ResetPorts reset = new ResetPorts();
        ports.attach(ResetPorts.KEYBOARD, ResetPorts.KEYBOARD, reset);
        ports.attach(ResetPorts.CONTROL_A, ResetPorts.CONTROL_A, reset);
        ports.attach(ResetPorts.RESET_CONTROL, ResetPorts.RESET_CONTROL, reset);

        final Pm1Registers pm1 = new Pm1Registers();
        ports.attach(Pm1Registers.PORT, Pm1Registers.LAST_PORT, pm1);
        ports.attach(PmTimer.PORT, PmTimer.LAST_PORT, new PmTimer(parts.clock(), parts.frequencyKhz()));
        ports.attach(DebugConsole.PORT, DebugConsole.PORT, new DebugConsole(parts.debugConsole()));
        ports.attach(DebugExit.PORT, DebugExit.PORT, new DebugExit());

        devices = List.of(ioApic, pit, uart, master, slave, cmos, config, reset, pm1);
        rsdp = AcpiTables.install(parts.memory(), parts.apicIds());
    }

    /** An IRQ goes to the 8259 pair and to the I/O APIC; software masks the one that it does not use. */
    private static InterruptLine both(final InterruptLine first, final InterruptLine second) {
        return asserted -> {
            first.set(asserted);
            second.set(asserted);
        };
    }

    /** The physical address of the ACPI root pointer, for the boot loader. */
    public long rsdp() {
        return rsdp;
    }

    @Override
    public void transfer(final StateStream state) {
        for (final Stateful device : devices) {
            device.transfer(state);
        }
    }
}
