package dev.shootdown.core.bus;

import java.nio.ByteBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Commands to a machine, from any thread, in one order; the run loop drains them. It is bounded, and
 * allocates only to deliver.
 */
public final class CommandInbox {
    /** Most bytes in the payload of a command. */
    public static final int MAX_PAYLOAD = 1024;
    private static final int CAPACITY = 1 << 14;
    private static final byte[] NOTHING = {};

    private final ManyToOneRingBuffer ring = new ManyToOneRingBuffer(
        new UnsafeBuffer(ByteBuffer.allocateDirect(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH)));

    /** Receives commands on the thread that drains. */
    @FunctionalInterface
    public interface Handler {
        /** One command. {@code payload} belongs to the handler. */
        void onCommand(CommandType type, byte[] payload);
    }

    /** Adds a command without payload. @return whether there was room */
    public boolean offer(final CommandType type) {
        return offer(type, NOTHING);
    }

    /**
     * Adds a command, from any thread.
     *
     * @return whether there was room
     * @throws IllegalArgumentException if the payload has more than {@link #MAX_PAYLOAD} bytes
     */
    public boolean offer(final CommandType type, final byte[] payload) {
        if (payload.length > MAX_PAYLOAD) {
            throw new IllegalArgumentException("payload bytes=" + payload.length + " limit=" + MAX_PAYLOAD);
        }
        final int index = ring.tryClaim(type.id(), payload.length);
        if (index < 0) {
            return false;
        }
        ring.buffer().putBytes(index, payload);
        ring.commit(index);
        return true;
    }

    /** Whether there is nothing to drain: two loads, for the run loop. */
    public boolean isEmpty() {
        return ring.size() == 0;
    }

    /** Hands every command that is there to {@code handler}, oldest first. @return how many */
    public int drain(final Handler handler) {
        if (isEmpty()) {
            return 0;
        }
        final MessageHandler each = (id, buffer, index, length) -> {
            final byte[] payload = new byte[length];
            buffer.getBytes(index, payload);
            handler.onCommand(CommandType.of(id), payload);
        };
        return ring.read(each);
    }
}
