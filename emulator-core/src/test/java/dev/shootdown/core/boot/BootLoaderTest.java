package dev.shootdown.core.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.memory.PhysicalMemory;
import java.util.List;
import org.junit.jupiter.api.Test;

class BootLoaderTest {
    private static final long RSDP = 0xE0000;
    private final PhysicalMemory memory = new PhysicalMemory(16 << 20);

    private static ElfMaker pvh() {
        return new ElfMaker(true).load(0x10_0000, new byte[] {(byte) 0xF4}, 0x1000).pvh(0x10_0000);
    }

    private EntryState load(final ElfMaker maker, final String commandLine, final BootModule... modules) {
        return BootLoader.load(maker.parse(), memory, commandLine, List.of(modules), RSDP);
    }

    private String text(final long physical) {
        final StringBuilder text = new StringBuilder();
        for (long at = physical; memory.peek(at, 1) != 0; at++) {
            text.append((char) memory.peek(at, 1));
        }
        return text.toString();
    }

    @Test
    void shouldDescribeTheMachineInStartInfo() {
        final EntryState entry = load(pvh(), "quiet tests=1", new BootModule("initrd", new byte[] {7, 8, 9}));
        final long info = entry.startInfo();
        assertThat(entry).isEqualTo(new EntryState(EntryState.Mode.PVH_32, 0x10_0000, 0x6000, 0));
        assertThat(memory.peek(info, 8)).isEqualTo(0x1_336E_C578L);
        assertThat(memory.peek(info + 12, 4)).isEqualTo(1);
        assertThat(text(memory.peek(info + 24, 8))).isEqualTo("quiet tests=1");
        assertThat(memory.peek(info + 32, 8)).isEqualTo(RSDP);
        final long module = memory.peek(info + 16, 8);
        assertThat(memory.peek(module, 8)).isEqualTo((16 << 20) - 4096);
        assertThat(memory.peek(memory.peek(module, 8), 4)).isEqualTo(0x09_0807);
        assertThat(memory.peek(module + 8, 8)).isEqualTo(3);
        assertThat(text(memory.peek(module + 16, 8))).isEqualTo("initrd");
    }

    @Test
    void shouldMapMemoryInOrderWithTheHolesReserved() {
        final long info = load(pvh(), "").startInfo();
        final long map = memory.peek(info + 40, 8);
        final int entries = (int) memory.peek(info + 48, 4);
        assertThat(entries).isEqualTo(5);
        long last = 0;
        long ram = 0;
        for (int i = 0; i < entries; i++) {
            final long at = map + 24L * i;
            assertThat(memory.peek(at, 8)).isGreaterThanOrEqualTo(last);
            last = memory.peek(at, 8) + memory.peek(at + 8, 8);
            ram += memory.peek(at + 16, 4) == 1 ? memory.peek(at + 8, 8) : 0;
        }
        assertThat(ram).isEqualTo((16 << 20) - 0x6_0000);
    }

    @Test
    void shouldAvoidAnImageInLowMemory() {
        final EntryState entry = load(new ElfMaker(true).load(0x1000, new byte[1], 0x7000).entry(0x1000), "");
        assertThat(entry.mode()).isEqualTo(EntryState.Mode.LONG_64);
        assertThat(entry.startInfo()).isEqualTo(0x8000);
        assertThat(entry.cr3()).isEqualTo(0x9000);
    }

    @Test
    void shouldMapTheLowFourGigabytesForPlainElf64() {
        final EntryState entry = load(new ElfMaker(true).load(0x10_0000, new byte[1], 1), "");
        for (final long linear : new long[] {0, 0x20_1234, 0xFEC0_0010L, 0xFFFF_FFFFL}) {
            final long directories = memory.peek(entry.cr3() + 8 * (linear >>> 39), 8);
            final long directory = memory.peek((directories & -4096) + 8 * (linear >>> 30), 8);
            final long page = memory.peek((directory & -4096) + 8 * (linear >>> 21 & 511), 8);
            assertThat(directories & directory & 3).isEqualTo(3);
            assertThat(page).isEqualTo((linear & -(2L << 20)) | 0x83);
        }
    }

    @Test
    void shouldPlaceModulesBelowAnImageAtTheTop() {
        final long info = load(pvh().load((16 << 20) - 0x2000, new byte[1], 0x2000), "",
            new BootModule("", new byte[5000]), new BootModule("", new byte[1])).startInfo();
        final long modules = memory.peek(info + 16, 8);
        assertThat(memory.peek(modules, 8)).isEqualTo((16 << 20) - 0x4000);
        assertThat(memory.peek(modules + 32, 8)).isEqualTo((16 << 20) - 0x5000);
    }

    @Test
    void shouldSayWhenMemoryIsNotEnough() {
        assertThatThrownBy(() -> load(pvh().load(15 << 20, new byte[1], 2 << 20), ""))
            .isInstanceOf(ImageException.class).hasMessageContaining("does not fit into memory")
            .hasMessageContaining("16 MiB of RAM");
        assertThatThrownBy(() -> load(pvh(), "", new BootModule("", new byte[15 << 20])))
            .isInstanceOf(ImageException.class).hasMessageContaining("module 0 does not fit into memory");
        assertThatThrownBy(() -> load(pvh().load(0x6000, new byte[1], 0x9_a000), ""))
            .isInstanceOf(ImageException.class).hasMessageContaining("start information does not fit");
        assertThatThrownBy(() -> load(pvh(), "x".repeat(Room.MAX_INFORMATION)))
            .isInstanceOf(ImageException.class).hasMessageContaining("command lines");
    }

    @Test
    void shouldLeaveTheFirmwaresTablesAlone() {
        memory.poke(RSDP + 8, new byte[] {1});
        assertThatThrownBy(() -> load(pvh().load(RSDP, new byte[1], 1), ""))
            .isInstanceOf(ImageException.class)
            .hasMessageContaining("segment at 0xe0000");
        load(pvh().load(0xF_F000, new byte[] {7}, 1), "");
        assertThat(memory.peek(0xF_F000, 1)).isEqualTo(7);
    }

    @Test
    void shouldRefuseAnElf32FileWithoutAnyProtocol() {
        assertThatThrownBy(() -> load(new ElfMaker(false).load(0x10_0000, new byte[1], 1), ""))
            .isInstanceOf(ImageException.class).hasMessageContaining("found an ELF32 file without PVH note")
            .hasMessageContaining("a Multiboot 1 header in the first 8192 bytes, or plain ELF64");
    }

    @Test
    void shouldPreferPvhInElf64AndMultibootInElf32() {
        final byte[] header = MultibootLoadingTest.header(3);
        assertThat(load(new ElfMaker(true).load(0x10_0000, header, 12).pvh(0x10_0000), "").mode())
            .isEqualTo(EntryState.Mode.PVH_32);
        assertThat(load(new ElfMaker(false).load(0x20_0000, header, 12).pvh(0x20_0000), "").mode())
            .isEqualTo(EntryState.Mode.MULTIBOOT_32);
        assertThat(load(new ElfMaker(false).load(0x30_0000, new byte[1], 12).pvh(0x30_0000), "").mode())
            .isEqualTo(EntryState.Mode.PVH_32);
    }
}
