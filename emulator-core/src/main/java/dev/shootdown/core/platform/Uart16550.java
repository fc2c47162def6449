package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PortDevice;
import dev.shootdown.core.state.StateStream;
import dev.shootdown.core.state.Stateful;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * A 16550A UART (National Semiconductor PC16550D). Transmission takes no time: a byte written is out at once,
 * unmodified. Input is looked at only when the guest accesses a register, so that a run with input from a
 * file repeats exactly; for the same reason the receive interrupt needs such an access to notice a byte that
 * came later. As in QEMU, the interrupt does not depend on OUT2.
 */
public final class Uart16550 implements PortDevice, Stateful {
    /** First port of COM1. */
    public static final int COM1 = 0x3F8;
    /** How many ports it has. */
    public static final int PORTS = 8;
    private static final int DATA = 0;
    private static final int INTERRUPT_ENABLE = 1;
    private static final int INTERRUPT_ID = 2;
    private static final int LINE_CONTROL = 3;
    private static final int MODEM_CONTROL = 4;
    private static final int LINE_STATUS = 5;
    private static final int MODEM_STATUS = 6;
    private static final int ENABLE_RECEIVED = 1;
    private static final int ENABLE_TRANSMITTED = 1 << 1;
    private static final int ENABLES = 0x0F;
    private static final int ID_NONE = 0x01;
    private static final int ID_TRANSMITTED = 0x02;
    private static final int ID_RECEIVED = 0x04;
    private static final int ID_FIFOS = 0xC0;
    private static final int FIFO_ENABLE = 1;
    private static final int FIFO_CLEAR_RECEIVED = 1 << 1;
    private static final int DIVISOR_LATCH = 1 << 7;
    private static final int LOOPBACK = 1 << 4;
    private static final int MODEM_CONTROLS = 0x1F;
    private static final int DATA_READY = 1;
    private static final int TRANSMITTER_EMPTY = 0x60;
    private static final int CTS_DSR_DCD = 0xB0;
    private static final int NOTHING = -1;

    private final int base;
    private final OutputStream output;
    private final InputStream input;
    private final InterruptLine line;
    private int divisor = 12;
    private int interruptEnable;
    private int fifoControl;
    private int lineControl;
    private int modemControl;
    private int scratch;
    private int received = NOTHING;
    private boolean transmitted;

    /** @param base its first port */
    public Uart16550(final int base, final OutputStream output, final InputStream input,
            final InterruptLine line) {
        this.base = base;
        this.output = output;
        this.input = input;
        this.line = line;
    }

    @Override
    public long portRead(final int core, final int port, final int size) {
        receive();
        final long value = read(port - base);
        update();
        return value;
    }

    @Override
    public void portWrite(final int core, final int port, final int size, final long value) {
        write(port - base, (int) value & 0xFF);
        receive();
        update();
    }

    private boolean divisorLatch() {
        return (lineControl & DIVISOR_LATCH) != 0;
    }

    private boolean loopback() {
        return (modemControl & LOOPBACK) != 0;
    }

    private int read(final int register) {
        switch (register) {
            case DATA:
                return divisorLatch() ? divisor & 0xFF : takeReceived();
            case INTERRUPT_ENABLE:
                return divisorLatch() ? divisor >>> 8 : interruptEnable;
            case INTERRUPT_ID:
                return readInterruptId();
            case LINE_CONTROL:
                return lineControl;
            case MODEM_CONTROL:
                return modemControl;
            case LINE_STATUS:
                return TRANSMITTER_EMPTY | (received == NOTHING ? 0 : DATA_READY);
            case MODEM_STATUS:
                return modemStatus();
            default:
                return scratch;
        }
    }

    private int takeReceived() {
        final int value = received == NOTHING ? 0 : received;
        received = NOTHING;
        receive();
        return value;
    }

    private int readInterruptId() {
        final int id = interruptId();
        if (id == ID_TRANSMITTED) {
            transmitted = false;
        }
        return id | ((fifoControl & FIFO_ENABLE) != 0 ? ID_FIFOS : 0);
    }

    private int interruptId() {
        if (received != NOTHING && (interruptEnable & ENABLE_RECEIVED) != 0) {
            return ID_RECEIVED;
        }
        return transmitted && (interruptEnable & ENABLE_TRANSMITTED) != 0 ? ID_TRANSMITTED : ID_NONE;
    }

    /** In loopback DTR, RTS, OUT1, OUT2 come back as DSR, CTS, RI, DCD. */
    private int modemStatus() {
        if (!loopback()) {
            return CTS_DSR_DCD;
        }
        final int swapped = (modemControl & 1) << 1 | (modemControl & 2) >>> 1 | modemControl & 0xC;
        return swapped << 4;
    }

    private void write(final int register, final int value) {
        switch (register) {
            case DATA:
                writeData(value);
                break;
            case INTERRUPT_ENABLE:
                writeInterruptEnable(value);
                break;
            case INTERRUPT_ID:
                fifoControl = value & FIFO_ENABLE;
                if ((value & FIFO_CLEAR_RECEIVED) != 0) {
                    received = NOTHING;
                }
                break;
            case LINE_CONTROL:
                lineControl = value;
                break;
            case MODEM_CONTROL:
                modemControl = value & MODEM_CONTROLS;
                break;
            case LINE_STATUS:
            case MODEM_STATUS:
                break;
            default:
                scratch = value;
                break;
        }
    }

    private void writeData(final int value) {
        if (divisorLatch()) {
            divisor = divisor & 0xFF00 | value;
            return;
        }
        if (loopback()) {
            received = value;
        } else {
            DebugConsole.put(output, value);
        }
        line.set(false);
        transmitted = true;
    }

    private void writeInterruptEnable(final int value) {
        if (divisorLatch()) {
            divisor = value << 8 | divisor & 0xFF;
            return;
        }
        transmitted |= (value & ~interruptEnable & ENABLE_TRANSMITTED) != 0;
        interruptEnable = value & ENABLES;
    }

    private void receive() {
        if (received != NOTHING || loopback()) {
            return;
        }
        try {
            if (input.available() > 0) {
                received = input.read();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("the guest's input cannot be read", e);
        }
    }

    private void update() {
        line.set(interruptId() != ID_NONE);
    }

    @Override
    public void transfer(final StateStream state) {
        state.section("uart", base);
        divisor = state.number("divisor", divisor);
        interruptEnable = state.number("interrupt_enable", interruptEnable);
        fifoControl = state.number("fifo_control", fifoControl);
        lineControl = state.number("line_control", lineControl);
        modemControl = state.number("modem_control", modemControl);
        scratch = state.number("scratch", scratch);
        received = state.number("received", received);
        transmitted = state.flag("transmitted", transmitted);
    }
}
