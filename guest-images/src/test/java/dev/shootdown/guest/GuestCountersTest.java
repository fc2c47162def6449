package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.shootdown.core.spi.SymbolTable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuestCountersTest {
    private static final long BASE = 0xffff_ffff_8010_0000L;
    private static final long STRIDE = 64;
    private final ByteBuffer memory = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<String, Long> symbols = new HashMap<>();

    @BeforeEach
    void layTables() {
        symbols.put("stat_names", BASE);
        symbols.put("cpu_stats", BASE + 1024);
        symbols.put("cpu_stats_stride", BASE + 2048);
        name(0, "nr_tlb_remote_flush", 0);
        name(1, "irq_tlb", 8);
        memory.putLong(2048, STRIDE);
        memory.putLong(1024, 5).putLong(1032, 7);
        memory.putLong(1024 + 64, 50).putLong(1032 + 64, 70);
        memory.putLong(1024 + 128, 1_000_000);
    }

    @Test
    void shouldSumEveryCounterOverTheCpusInTheGuestsOrder() {
        final GuestCounters counters = GuestCounters.of(table(), this::peek);
        assertThat(counters.sum(2, this::peek))
            .containsExactly(entry("nr_tlb_remote_flush", 55L), entry("irq_tlb", 77L));
        assertThat(counters.of("irq_tlb", 1, this::peek)).isEqualTo(70);
    }

    @Test
    void shouldSayWhichSymbolIsMissing() {
        symbols.remove("cpu_stats");
        assertThat(GuestCounters.present(table())).isFalse();
        assertThatThrownBy(() -> GuestCounters.of(table(), this::peek)).hasMessageContaining("'cpu_stats'");
    }

    @Test
    void shouldRefuseAnOffsetOutsideOfTheStruct() {
        name(1, "irq_tlb", 60);
        assertThatThrownBy(() -> GuestCounters.of(table(), this::peek)).isInstanceOf(GuestException.class)
            .hasMessageContaining("irq_tlb").hasMessageContaining("60");
    }

    @Test
    void shouldRefuseANameWithoutEnd() {
        name(1, "x".repeat(48), 8);
        assertThatThrownBy(() -> GuestCounters.of(table(), this::peek)).hasMessageContaining("48 bytes");
    }

    private void name(final int row, final String name, final long offset) {
        memory.position(row * 56).put(name.getBytes(StandardCharsets.US_ASCII));
        memory.putLong(row * 56 + 48, offset);
    }

    private long peek(final long linear, final int size) {
        final int at = (int) (linear - BASE);
        return size == 1 ? memory.get(at) & 0xff : memory.getLong(at);
    }

    private SymbolTable table() {
        return new SymbolTable() {
            @Override
            public long address(final String name) {
                return symbols.getOrDefault(name, NONE);
            }

            @Override
            public String describe(final long linear) {
                return Long.toHexString(linear);
            }

            @Override
            public String nameAt(final long linear) {
                return "";
            }

            @Override
            public long size(final String name) {
                return 0;
            }
        };
    }
}
