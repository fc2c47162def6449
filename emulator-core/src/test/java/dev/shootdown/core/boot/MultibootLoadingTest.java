package dev.shootdown.core.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.memory.PhysicalMemory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultibootLoadingTest {
    private static final int MAGIC = 0x1BAD_B002;
    private static final int FLAGS_WITH_ADDRESSES = 0x1_0003;
    private static final int LOAD = 0x10_0000;
    private final PhysicalMemory memory = new PhysicalMemory(64 << 20);

    /** A Multiboot header with {@code flags} and whatever follows. */
    static byte[] header(final int flags, final int... addresses) {
        final ByteBuffer out = ByteBuffer.allocate(12 + 4 * addresses.length).order(ByteOrder.LITTLE_ENDIAN)
            .putInt(MAGIC).putInt(flags).putInt(-(MAGIC + flags));
        for (final int address : addresses) {
            out.putInt(address);
        }
        return out.array();
    }

    private EntryState load(final byte[] file, final String commandLine, final BootModule... modules) {
        return BootLoader.load(ElfImage.parse("k.bin", file), memory, commandLine, List.of(modules), 0xE0000);
    }

    private static byte[] elf(final boolean wide) {
        return new ElfMaker(wide).load(LOAD, header(3), 0x1234).entry(LOAD + 0x10).make();
    }

    private int word(final long physical) {
        return (int) memory.peek(physical, 4);
    }

    private String text(final long physical) {
        final StringBuilder text = new StringBuilder();
        for (long at = physical; memory.peek(at, 1) != 0; at++) {
            text.append((char) memory.peek(at, 1));
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldDescribeMemoryCommandLineAndItself(final boolean wide) {
        final EntryState entry = load(elf(wide), "quiet a=1");
        final long info = entry.startInfo();
        assertThat(entry).isEqualTo(new EntryState(EntryState.Mode.MULTIBOOT_32, LOAD + 0x10, 0x9000, 0));
        assertThat(word(info)).isEqualTo(0x24D);
        assertThat(word(info + 4)).isEqualTo(640);
        assertThat(word(info + 8)).isEqualTo(63 << 10);
        assertThat(text(word(info + 16))).isEqualTo("k.bin quiet a=1");
        assertThat(word(info + 20)).isZero();
        assertThat(text(word(info + 64))).isEqualTo("shootdown");
    }

    @Test
    void shouldGiveAMapOfMemoryAcrossTheHole() {
        final PhysicalMemory large = new PhysicalMemory(5L << 30);
        final long info = BootLoader.load(ElfImage.parse("k.bin", elf(false)), large, "", List.of(), 0)
            .startInfo();
        long ram = 0;
        long last = 0;
        final long map = large.peek(info + 48, 4);
        for (long at = map; at < map + large.peek(info + 44, 4); at += large.peek(at, 4) + 4) {
            assertThat(large.peek(at, 4)).isEqualTo(20);
            assertThat(large.peek(at + 4, 8)).isGreaterThanOrEqualTo(last);
            last = large.peek(at + 4, 8) + large.peek(at + 12, 8);
            ram += large.peek(at + 20, 4) == 1 ? large.peek(at + 12, 8) : 0;
        }
        assertThat(ram).isEqualTo((5L << 30) - 0x6_0000);
        assertThat(last).isEqualTo(6L << 30);
        assertThat(large.peek(info + 8, 4)).isEqualTo((3L << 20) - 1024);
    }

    @Test
    void shouldPutModulesAtPagesBehindTheImage() {
        final long info = load(elf(false), "", new BootModule("a.txt x y", new byte[5000]),
            new BootModule("b", new byte[] {7})).startInfo();
        final long list = word(info + 24);
        assertThat(word(info + 20)).isEqualTo(2);
        assertThat(word(list)).isEqualTo(LOAD + 0x2000);
        assertThat(word(list + 4)).isEqualTo(LOAD + 0x2000 + 5000);
        assertThat(text(word(list + 8))).isEqualTo("a.txt x y");
        assertThat(word(list + 16)).isEqualTo(LOAD + 0x4000);
        assertThat(memory.peek(LOAD + 0x4000, 1)).isEqualTo(7);
        assertThat(text(word(list + 24))).isEqualTo("b");
    }

    @Test
    void shouldStartAHigherHalfKernelAtItsPhysicalEntry() {
        final byte[] file = new ElfMaker(false).load(LOAD, header(3), 0x1000)
            .entry(0x1000_0000 + LOAD + 8).make();
        assertThat(load(file, "").rip()).isEqualTo(LOAD + 8);
    }

    @Test
    void shouldFollowTheAddressFieldsOfAFlatFile() {
        final byte[] code = header(FLAGS_WITH_ADDRESSES, LOAD + 16, LOAD, 0, LOAD + 0x100, LOAD + 50);
        final byte[] file = new byte[16 + code.length + 20];
        System.arraycopy(code, 0, file, 16, code.length);
        file[file.length - 1] = 9;
        final EntryState entry = load(file, "");
        assertThat(entry.rip()).isEqualTo(LOAD + 50);
        assertThat(word(LOAD + 16)).isEqualTo(MAGIC);
        assertThat(memory.peek(LOAD + file.length - 1, 1)).isEqualTo(9);
    }

    @Test
    void shouldPreferTheAddressFieldsToTheHeadersOfElf() {
        final byte[] code = header(FLAGS_WITH_ADDRESSES, 0x20_0400, 0x20_0000, 0x20_0420, 0, 0x20_0404);
        final EntryState entry = load(new ElfMaker(false).load(LOAD, code, 64).make(), "");
        assertThat(entry.rip()).isEqualTo(0x20_0404);
        assertThat(word(0x20_0000)).isEqualTo(0x464C_457F);
        assertThat(word(0x20_0400)).isEqualTo(MAGIC);
        assertThat(word(0x20_0420)).isZero();
        assertThat(word(LOAD)).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0x100000 | 0x100001 | 0 | 0 | at offset 0xc: found Multiboot header address 0x100000 and load",
        "0x100000 | 0xFFFF0 | 0 | 0 | at offset 0xc: found Multiboot header address",
        "0x100000 | 0x100000 | 0xFFFFF | 0 | at offset 0x14: found Multiboot load end 0xfffff, expected 0 or",
        "0x100000 | 0x100000 | 0x200000 | 0 | truncated: Multiboot image",
        "0x100000 | 0x100000 | 0 | 0x100001 | at offset 0x18: found Multiboot end of zeroes 0x100001",
        "0x4000000 | 0x4000000 | 0 | 0 | does not fit into memory"})
    void shouldRefuseAddressesThatMakeNoSense(final String at, final String load, final String loadEnd,
            final String end, final String expected) {
        assertThatThrownBy(() -> load(header(FLAGS_WITH_ADDRESSES, Integer.decode(at), Integer.decode(load),
            Integer.decode(loadEnd), Integer.decode(end), LOAD), "")).isInstanceOf(ImageException.class)
            .hasMessageStartingWith("k.bin: ").hasMessageContaining(expected);
    }

    @Test
    void shouldRefuseWhatIsRequiredAndNotDone() {
        final byte[] file = new ElfMaker(false).load(LOAD, header(8), 64).make();
        assertThatThrownBy(() -> load(file, "")).isInstanceOf(ImageException.class)
            .hasMessageContaining("found Multiboot flags 0x8");
        assertThatThrownBy(() -> load(header(FLAGS_WITH_ADDRESSES), "")).isInstanceOf(ImageException.class)
            .hasMessageContaining("truncated: Multiboot header with addresses");
    }

    @Test
    void shouldSayWhenModulesOrCommandLinesDoNotFit() {
        assertThatThrownBy(() -> load(elf(false), "", new BootModule("", new byte[1 << 20]),
            new BootModule("", new byte[63 << 20]))).isInstanceOf(ImageException.class)
            .hasMessageContaining("module 1 does not fit into memory");
        assertThatThrownBy(() -> load(elf(false), "x".repeat(1 << 16))).isInstanceOf(ImageException.class)
            .hasMessageContaining("bytes of command lines and Multiboot information, expected at most 65536");
        assertThatThrownBy(() -> BootLoader.load(ElfImage.parse("k", elf(false)), memory, "",
            Collections.nCopies(65, new BootModule("", new byte[0])), 0))
            .isInstanceOf(ImageException.class).hasMessageContaining("found 65 modules, expected at most 64");
    }
}
