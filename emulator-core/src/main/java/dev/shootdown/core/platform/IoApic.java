package dev.shootdown.core.platform;

import dev.shootdown.core.memory.MmioDevice;
import dev.shootdown.core.spi.InterruptFabric;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.util.Arrays;

/**
 * The I/O APIC (Intel 82093AA, with the EOI register of version 0x20). A redirection entry:
 *
 * <pre>
 *  63       56        16   15      14         13       12       11       10    8 7    0
 * | destination | ... |mask|level|remote IRR|polarity|pending|logical|delivery |vector |
 * </pre>
 */
public final class IoApic implements MmioDevice, Stateful {
    /** Its physical address. */
    public static final long BASE = 0xFEC0_0000L;
    /** How much of memory it takes. */
    public static final int BYTES = 0x1000;
    /** How many inputs it has. */
    public static final int PINS = 24;
    private static final int SELECT = 0x00;
    private static final int WINDOW = 0x10;
    private static final int END_OF_INTERRUPT = 0x40;
    private static final int ID = 0;
    private static final int VERSION = 1;
    private static final int VERSION_VALUE = 0x20 | PINS - 1 << 16;
    private static final int REDIRECTION = 0x10;
    private static final long VECTOR = 0xFF;
    private static final int DELIVERY_SHIFT = 8;
    private static final int DELIVERY_MASK = 7;
    private static final int LOWEST_PRIORITY = 1;
    private static final int SMI = 2;
    private static final int RESERVED_3 = 3;
    private static final int RESERVED_6 = 6;
    private static final long LOGICAL = 1 << 11;
    private static final long PENDING = 1 << 12;
    private static final long REMOTE_IRR = 1 << 14;
    private static final long LEVEL = 1 << 15;
    private static final long MASKED = 1 << 16;
    private static final long READ_ONLY = PENDING | REMOTE_IRR;
    private static final long LOW_WRITABLE = 0x1_FFFF & ~READ_ONLY;
    private static final int DESTINATION_SHIFT = 56;
    private static final long HIGH_WRITABLE = 0xFFL << DESTINATION_SHIFT;

    private final InterruptFabric fabric;
    private final long[] entries = new long[PINS];
    /** One bit for each pin that is asserted. */
    private long asserted;
    private int select;
    private int id;

    /** Delivers through {@code fabric} and listens to its EOIs. */
    public IoApic(final InterruptFabric fabric) {
        this.fabric = fabric;
        Arrays.fill(entries, MASKED);
        fabric.onEndOfInterrupt(this::endOfInterrupt);
    }

    /** The wire to {@code pin}. */
    public InterruptLine pin(final int pin) {
        return level -> drive(pin, level);
    }

    private void drive(final int pin, final boolean level) {
        final boolean rises = level && (asserted >>> pin & 1) == 0;
        asserted = level ? asserted | 1L << pin : asserted & ~(1L << pin);
        if (rises && !isLevel(entries[pin]) && (entries[pin] & MASKED) == 0) {
            deliver(pin);
        }
        serviceLevel(pin);
    }

    /** Sends a level-triggered interrupt that is asserted, not masked and not already on its way. */
    private void serviceLevel(final int pin) {
        final long entry = entries[pin];
        if ((asserted >>> pin & 1) != 0 && isLevel(entry) && (entry & (MASKED | REMOTE_IRR)) == 0) {
            entries[pin] |= REMOTE_IRR;
            deliver(pin);
        }
    }

    private void deliver(final int pin) {
        final long entry = entries[pin];
        final int mode = (int) (entry >>> DELIVERY_SHIFT) & DELIVERY_MASK;
        if (mode == SMI || mode == RESERVED_3 || mode == RESERVED_6) {
            throw new MachineStop(MachineStop.Kind.NOT_MODELLED, -1, 0,
                "I/O APIC pin " + pin + " delivery mode " + mode);
        }
        fabric.deviceInterrupt((int) (entry >>> DESTINATION_SHIFT) & 0xFF, (entry & LOGICAL) != 0, mode,
            (int) (entry & VECTOR), isLevel(entry));
    }

    /** NMI, INIT and ExtINT are edges, whatever the entry says: nobody would end them. 82093AA, 3.2.4. */
    private static boolean isLevel(final long entry) {
        return (entry & LEVEL) != 0 && ((entry >>> DELIVERY_SHIFT) & DELIVERY_MASK) <= LOWEST_PRIORITY;
    }

    private void endOfInterrupt(final int vector) {
        for (int pin = 0; pin < PINS; pin++) {
            if ((entries[pin] & VECTOR) == vector && isLevel(entries[pin])) {
                entries[pin] &= ~REMOTE_IRR;
                serviceLevel(pin);
            }
        }
    }

    @Override
    public long mmioRead(final int core, final long offset, final int size) {
        if (offset == SELECT) {
            return select;
        }
        final long value = offset == WINDOW ? readRegister() : 0;
        return size < Integer.BYTES ? value & (1L << Byte.SIZE * size) - 1 : value;
    }

    private long readRegister() {
        if (select == VERSION) {
            return VERSION_VALUE;
        }
        final int pin = select - REDIRECTION >> 1;
        if (select >= REDIRECTION && pin < PINS) {
            return entries[pin] >>> ((select & 1) == 0 ? 0 : Integer.SIZE) & 0xFFFF_FFFFL;
        }
        return select <= 2 ? (long) id << 24 : 0;
    }

    @Override
    public void mmioWrite(final int core, final long offset, final int size, final long value) {
        if (offset == SELECT) {
            select = (int) value & 0xFF;
        } else if (offset == WINDOW) {
            writeRegister(value);
        } else if (offset == END_OF_INTERRUPT) {
            endOfInterrupt((int) (value & VECTOR));
        }
    }

    private void writeRegister(final long value) {
        final int pin = select - REDIRECTION >> 1;
        if (select == ID) {
            id = (int) (value >>> 24) & 0xF;
        } else if (select >= REDIRECTION && pin < PINS) {
            writeEntry(pin, (select & 1) != 0, value);
            serviceLevel(pin);
        }
    }

    /** An entry that becomes edge-triggered forgets its remote IRR, by which Linux clears a stuck one. */
    private void writeEntry(final int pin, final boolean high, final long value) {
        if (high) {
            entries[pin] = entries[pin] & ~HIGH_WRITABLE | value << Integer.SIZE & HIGH_WRITABLE;
            return;
        }
        entries[pin] = entries[pin] & ~LOW_WRITABLE | value & LOW_WRITABLE;
        if ((value & LEVEL) == 0) {
            entries[pin] &= ~REMOTE_IRR;
        }
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("io_apic", 0);
        state.values("entries", entries);
        asserted = state.value("asserted", asserted);
        select = state.number("select", select);
        id = state.number("id", id);
    }
}
