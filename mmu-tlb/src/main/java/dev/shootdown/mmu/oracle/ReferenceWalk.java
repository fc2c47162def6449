package dev.shootdown.mmu.oracle;

import dev.shootdown.core.arch.Access;
import dev.shootdown.core.arch.Cr0;
import dev.shootdown.core.arch.Cr3;
import dev.shootdown.core.arch.Cr4;
import dev.shootdown.core.arch.PageFaultCode;
import dev.shootdown.core.arch.Rflags;
import dev.shootdown.core.memory.PhysicalMemory;

/**
 * 4-level paging straight from the manual: slow, obvious, without caches and without effects. The judge of
 * every other translation. It shares no code with the walker on purpose. SDM 3A 4.5 to 4.7.
 */
public final class ReferenceWalk {
    private static final long NOWHERE = -1;
    private static final int LEVELS = 4;

    private final PhysicalMemory memory;
    private final long[] tables = new long[LEVELS + 1];
    private final long[] entries = new long[LEVELS + 1];
    private long changedAddress = NOWHERE;
    private long changedValue;
    private boolean present;
    private boolean reserved;
    private boolean writable;
    private boolean user;
    private boolean executable;
    private int level;

    /** Walks in {@code memory}. */
    public ReferenceWalk(final PhysicalMemory memory) {
        this.memory = memory;
    }

    /** From now on takes the entry at {@code physical} to be {@code value}, whatever memory says. */
    void suppose(final long physical, final long value) {
        changedAddress = physical;
        changedValue = value;
    }

    /** From now on believes memory alone. */
    void supposeNothing() {
        changedAddress = NOWHERE;
    }

    /**
     * Walks from the table at {@code root}. The other methods tell the result. @return whether there is a
     * page
     */
    public boolean walk(final long root, final long linear, final boolean noExecuteEnabled) {
        present = true;
        reserved = false;
        writable = true;
        user = true;
        executable = true;
        level = LEVELS;
        tables[LEVELS] = root & 0x000F_FFFF_FFFF_F000L;
        while (true) {
            final long index = linear >>> (12 + 9 * (level - 1)) & 511;
            final long entry = read(tables[level] + 8 * index);
            entries[level] = entry;
            if ((entry & 1) == 0) {
                present = false;
                return false;
            }
            if (isReserved(entry, noExecuteEnabled)) {
                reserved = true;
                return false;
            }
            writable &= (entry >>> 1 & 1) == 1;
            user &= (entry >>> 2 & 1) == 1;
            executable &= entry >>> 63 == 0;
            if (level == 1 || (entry >>> 7 & 1) == 1) {
                return true;
            }
            level--;
            tables[level] = entry & 0x000F_FFFF_FFFF_F000L;
        }
    }

    private long read(final long physical) {
        return physical == changedAddress ? changedValue : memory.peek(physical, Long.BYTES);
    }

    private boolean isReserved(final long entry, final boolean noExecuteEnabled) {
        if (entry >>> 63 == 1 && !noExecuteEnabled || (entry >>> 46 & 0x3F) != 0) {
            return true;
        }
        final boolean large = (entry >>> 7 & 1) == 1;
        switch (level) {
            case 4:
                return large;
            case 3:
                return large && (entry >>> 13 & 0x1_FFFF) != 0;
            case 2:
                return large && (entry >>> 13 & 0xFF) != 0;
            default:
                return false;
        }
    }

    /** Whether the last walk found a page. */
    public boolean found() {
        return present && !reserved;
    }

    /** log2 of the bytes in the page that was found. */
    public int shift() {
        return 12 + 9 * (level - 1);
    }

    /** The physical address of {@code linear} in the page that was found. */
    public long physical(final long linear) {
        final long offset = (1L << shift()) - 1;
        return entries[level] & 0x000F_FFFF_FFFF_F000L & ~offset | linear & offset;
    }

    /** Whether every level permits writes. */
    public boolean writable() {
        return writable;
    }

    /** Whether every level permits user mode. */
    public boolean user() {
        return user;
    }

    /** Whether every level permits execution. */
    public boolean executable() {
        return executable;
    }

    /** The level at which the walk ended, 4 to 1. */
    public int level() {
        return level;
    }

    /** The table that was read at {@code of}, which is at least {@link #level}. */
    public long table(final int of) {
        return tables[of];
    }

    /** The entry that was read at {@code of}, which is at least {@link #level}. */
    public long entry(final int of) {
        return entries[of];
    }

    /**
     * The page-fault error code that {@code access} deserves after the last walk, or -1 if it is permitted.
     *
     * @param cr0 CR0; also {@code cr4}, {@code noExecuteEnabled} (EFER.NXE) and {@code rflags} of the core
     */
    public int fault(final int access, final long cr0, final long cr4, final boolean noExecuteEnabled,
            final long rflags) {
        final boolean byUser = Access.isUser(access);
        final boolean write = Access.kind(access) == Access.WRITE;
        final boolean fetch = Access.kind(access) == Access.FETCH;
        final boolean smep = (cr4 & Cr4.SMEP) != 0;
        int code = 0;
        code |= write ? PageFaultCode.WRITE : 0;
        code |= byUser ? PageFaultCode.USER : 0;
        code |= fetch && (smep || noExecuteEnabled) ? PageFaultCode.FETCH : 0;
        if (!present) {
            return code;
        }
        if (reserved) {
            return code | PageFaultCode.PRESENT | PageFaultCode.RESERVED;
        }
        boolean permitted = !byUser || user;
        if (fetch) {
            permitted &= executable;
            permitted &= byUser || !user || !smep;
        } else {
            final boolean smap = (cr4 & Cr4.SMAP) != 0;
            final boolean lifted = (rflags & Rflags.AC) != 0 && !Access.isImplicit(access);
            permitted &= byUser || !user || !smap || lifted;
        }
        if (write) {
            permitted &= writable || !byUser && (cr0 & Cr0.WP) == 0;
        }
        return permitted ? -1 : code | PageFaultCode.PRESENT;
    }

    /** Translates without looking at rights. @return the physical address, or -1 */
    public long translate(final long linear, final long cr3, final boolean noExecuteEnabled) {
        return walk(cr3 & Cr3.TABLE, linear, noExecuteEnabled) ? physical(linear) : NOWHERE;
    }
}
