package dev.shootdown.core.memory;

/** A device with registers in physical memory. */
public interface MmioDevice {
    /** Reads 1, 2, 4 or 8 bytes at {@code offset} from the device's base, for core {@code core}. */
    long mmioRead(int core, long offset, int size);

    /** Writes 1, 2, 4 or 8 bytes at {@code offset} from the device's base, for core {@code core}. */
    void mmioWrite(int core, long offset, int size, long value);
}
