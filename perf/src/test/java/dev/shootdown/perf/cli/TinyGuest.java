package dev.shootdown.perf.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/** A guest of a few bytes: an ELF64 file with a PVH note that starts them in 32-bit protected mode. */
final class TinyGuest {
    private static final int HEADER_BYTES = 64;
    private static final int SEGMENT_BYTES = 56;
    private static final int NOTE_BYTES = 20;
    private static final int AT = 0x20_0000;

    private TinyGuest() {
    }

    /** Writes the guest whose machine code is {@code hex} to {@code file}. */
    static Path write(final Path file, final String hex) throws IOException {
        final byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
        final int noteAt = HEADER_BYTES + 2 * SEGMENT_BYTES;
        final ByteBuffer out =
            ByteBuffer.allocate(noteAt + NOTE_BYTES + code.length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
        out.putShort((short) 2).putShort((short) 62).putInt(1).putLong(AT).putLong(HEADER_BYTES).putLong(0)
            .putInt(0).putShort((short) HEADER_BYTES).putShort((short) SEGMENT_BYTES).putShort((short) 2)
            .putShort((short) 64).putShort((short) 0).putShort((short) 0);
        segment(out, 1, noteAt + NOTE_BYTES, AT, code.length);
        segment(out, 4, noteAt, 0, NOTE_BYTES);
        out.putInt(4).putInt(4).putInt(18).put("Xen\0".getBytes(StandardCharsets.US_ASCII)).putInt(AT);
        return Files.write(file, out.put(code).array());
    }

    private static void segment(final ByteBuffer out, final int type, final int offset, final int address,
            final int bytes) {
        out.putInt(type).putInt(7).putLong(offset).putLong(address).putLong(address).putLong(bytes)
            .putLong(bytes).putLong(1);
    }
}
