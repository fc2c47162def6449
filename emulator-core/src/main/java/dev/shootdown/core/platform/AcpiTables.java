package dev.shootdown.core.platform;

import dev.shootdown.core.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The ACPI tables, from 0xE0000 on: RSDP (revision 2), RSDT, XSDT, FADT (revision 3), FACS, DSDT without
 * content, and MADT. ACPI specification 6.5, chapter 5.2; the layout of each table is given where it is
 * written.
 */
public final class AcpiTables {
    /** Where the RSDP is. */
    public static final long RSDP = 0xE_0000;
    private static final long END = 0x10_0000;
    private static final int HEADER_BYTES = 36;
    private static final int LENGTH = 4;
    private static final int CHECKSUM = 9;
    private static final int RSDP_BYTES = 36;
    private static final int RSDP_CHECKSUM = 8;
    private static final int RSDP_OLD_BYTES = 20;
    private static final int RSDP_EXTENDED_CHECKSUM = 32;
    private static final int FADT_BYTES = 244;
    private static final int FACS_BYTES = 64;
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_APIC_LAST_ID = 254;
    private static final int LOCAL_APIC = 0xFEE0_0000;
    private static final int SCI = 9;
    /** Interrupt flags of a level-triggered, active-high interrupt. */
    private static final int LEVEL_HIGH = 0xD;
    private static final int SYSTEM_IO = 1;

    private final int[] apicIds;

    private AcpiTables(final int[] apicIds) {
        this.apicIds = apicIds;
    }

    /**
     * Writes the tables for processors with {@code apicIds}, in order.
     *
     * @return the physical address of the RSDP
     */
    public static long install(final PhysicalMemory memory, final int[] apicIds) {
        final byte[] tables = new AcpiTables(apicIds).build();
        if (tables.length > END - RSDP) {
            throw new IllegalArgumentException("ACPI tables bytes=" + tables.length + " limit=" + (END - RSDP)
                + " processors=" + apicIds.length);
        }
        memory.poke(RSDP, tables);
        return RSDP;
    }

    private byte[] build() {
        final long rsdt = RSDP + ALIGNMENT;
        final long xsdt = rsdt + ALIGNMENT;
        final long facs = xsdt + ALIGNMENT;
        final long dsdt = facs + FACS_BYTES;
        final long fadt = dsdt + ALIGNMENT;
        final long madt = fadt + 4 * ALIGNMENT;
        final byte[] processors = madt();
        final ByteBuffer out = buffer((int) (madt - RSDP) + processors.length);
        put(out, RSDP, rsdp(rsdt, xsdt));
        put(out, rsdt, finish(table("RSDT", 1, HEADER_BYTES + 8).putInt((int) fadt).putInt((int) madt)));
        put(out, xsdt, finish(table("XSDT", 1, HEADER_BYTES + 16).putLong(fadt).putLong(madt)));
        put(out, facs, facs());
        put(out, dsdt, finish(table("DSDT", 2, HEADER_BYTES)));
        put(out, fadt, fadt((int) facs, (int) dsdt));
        put(out, madt, processors);
        return out.array();
    }

    private static ByteBuffer buffer(final int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void put(final ByteBuffer out, final long address, final byte[] table) {
        out.position((int) (address - RSDP)).put(table);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * Signature 4, length 4, revision 1, checksum 1, OEM 6, OEM table 8, OEM revision 4, creator 4, its
     * revision 4.
     */
    private static ByteBuffer table(final String signature, final int revision, final int bytes) {
        final ByteBuffer out = buffer(bytes).put(ascii(signature)).putInt(bytes).put((byte) revision)
            .put((byte) 0);
        return out.put(ascii("SHOOTD")).put(ascii("SHOOTDWN")).putInt(1).put(ascii("SHTD")).putInt(1);
    }

    private static byte[] finish(final ByteBuffer table) {
        assert table.getInt(LENGTH) == table.capacity();
        table.put(CHECKSUM, checksum(table.array(), table.capacity()));
        return table.array();
    }

    /** The byte that makes the sum of the first {@code count} bytes zero. */
    private static byte checksum(final byte[] bytes, final int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += bytes[i];
        }
        return (byte) -sum;
    }

    /**
     * Signature 8, checksum 1, OEM 6, revision 1, RSDT 4, length 4, XSDT 8, extended checksum 1, reserved 3.
     */
    private static byte[] rsdp(final long rsdt, final long xsdt) {
        final ByteBuffer out = buffer(RSDP_BYTES).put(ascii("RSD PTR ")).put((byte) 0).put(ascii("SHOOTD"));
        out.put((byte) 2).putInt((int) rsdt).putInt(RSDP_BYTES).putLong(xsdt);
        out.put(RSDP_CHECKSUM, checksum(out.array(), RSDP_OLD_BYTES));
        out.put(RSDP_EXTENDED_CHECKSUM, checksum(out.array(), RSDP_BYTES));
        return out.array();
    }

    /**
     * Signature 4, length 4, hardware signature 4, waking vector 4, global lock 4, flags 4, X vector 8,
     * version 1.
     */
    private static byte[] facs() {
        return buffer(FACS_BYTES).put(ascii("FACS")).putInt(FACS_BYTES).put(32, (byte) 1).array();
    }

    /** The fields by offset, as the specification numbers them (table 5.9); what is not written is zero. */
    private static byte[] fadt(final int facs, final int dsdt) {
        final int writeBackInvalidate = 1;
        final int buttonsNotFixed = 3 << 4;
        final int timerHas32Bits = 1 << 8;
        final int hasResetRegister = 1 << 10;
        final int legacyDevices = 1;
        final ByteBuffer out = table("FACP", 3, FADT_BYTES);
        out.putInt(36, facs).putInt(40, dsdt).putShort(46, (short) SCI);
        out.putInt(56, Pm1Registers.PORT).putInt(64, Pm1Registers.CONTROL).putInt(76, PmTimer.PORT);
        out.put(88, (byte) 4).put(89, (byte) 2).put(91, (byte) 4);
        out.putShort(96, (short) 0xFFFF).putShort(98, (short) 0xFFFF);
        out.put(108, (byte) 0x32).putShort(109, (short) legacyDevices);
        out.putInt(112, writeBackInvalidate | buttonsNotFixed | timerHas32Bits | hasResetRegister);
        port(out, 116, ResetPorts.RESET_CONTROL, 1);
        out.put(128, (byte) ResetPorts.RESET_VALUE);
        out.putLong(132, facs).putLong(140, dsdt);
        port(out, 148, Pm1Registers.PORT, 4);
        port(out, 172, Pm1Registers.CONTROL, 2);
        port(out, 208, PmTimer.PORT, 4);
        return finish(out);
    }

    /**
     * A generic address: space 1, bits 1, first bit 1, access size 1 (log2 of bytes, plus one), address 8.
     */
    private static void port(final ByteBuffer out, final int offset, final int port, final int bytes) {
        final int accessSize = Integer.numberOfTrailingZeros(bytes) + 1;
        out.put(offset, (byte) SYSTEM_IO).put(offset + 1, (byte) (bytes * Byte.SIZE));
        out.put(offset + 3, (byte) accessSize).putLong(offset + 4, port);
    }

    private byte[] madt() {
        int extended = 0;
        for (final int id : apicIds) {
            extended += id > LOCAL_APIC_LAST_ID ? 1 : 0;
        }
        final int fixed = HEADER_BYTES + 8 + 12 + 2 * 10 + 6 + (extended == 0 ? 0 : 12);
        final ByteBuffer out = table("APIC", 4, fixed + (apicIds.length - extended) * 8 + extended * 16);
        final int dualPic = 1;
        out.putInt(LOCAL_APIC).putInt(dualPic);
        for (int i = 0; i < apicIds.length; i++) {
            processor(out, i, apicIds[i]);
        }
        out.put((byte) 1).put((byte) 12).put((byte) 0).put((byte) 0).putInt((int) IoApic.BASE).putInt(0);
        override(out, 0, Platform.TIMER_PIN, 0);
        override(out, SCI, SCI, LEVEL_HIGH);
        out.put((byte) 4).put((byte) 6).put((byte) 0xFF).putShort((short) 0).put((byte) 1);
        if (extended != 0) {
            out.put((byte) 10).put((byte) 12).putShort((short) 0).putInt(-1).put((byte) 1).put(new byte[3]);
        }
        return finish(out);
    }

    /** Local APIC: uid 1, id 1, flags 4. Local x2APIC: reserved 2, id 4, flags 4, uid 4. */
    private static void processor(final ByteBuffer out, final int index, final int id) {
        final int enabled = 1;
        if (id <= LOCAL_APIC_LAST_ID) {
            out.put((byte) 0).put((byte) 8).put((byte) index).put((byte) id).putInt(enabled);
        } else {
            out.put((byte) 9).put((byte) 16).putShort((short) 0).putInt(id).putInt(enabled).putInt(index);
        }
    }

    /** Interrupt source override: bus 1 (ISA), source 1, global interrupt 4, flags 2. */
    private static void override(final ByteBuffer out, final int irq, final int pin, final int flags) {
        out.put((byte) 2).put((byte) 10).put((byte) 0).put((byte) irq).putInt(pin).putShort((short) flags);
    }
}
