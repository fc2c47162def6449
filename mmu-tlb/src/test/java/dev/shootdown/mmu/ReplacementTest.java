package dev.shootdown.mmu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.state.DigestWriter;
import dev.shootdown.core.time.SplitMix64;
import dev.shootdown.mmu.tlb.Replacement;
import dev.shootdown.mmu.tlb.TlbTag;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplacementTest {
    @ParameterizedTest
    @CsvSource({"0,4", "0,12", "0,1", "1,4", "1,8", "1,12", "1,1", "1,3", "2,5"})
    void shouldChangeNothingWhenTheLatestIsTouchedAgain(final int policy, final int ways) {
        final Replacement replacement = Replacement.of(policy, 2, ways, 7);
        final SplitMix64 random = new SplitMix64(ways);
        for (int i = 0; i < 200; i++) {
            final int way = random.below(ways);
            replacement.touch(1, way);
            final String once = digest(replacement);
            replacement.touch(1, way);
            assertThat(digest(replacement)).isEqualTo(once);
            final int victim = replacement.victim(1);
            assertThat(victim).isBetween(0, ways - 1);
            if (policy < 2 && ways > 1) {
                assertThat(victim).isNotEqualTo(way);
            }
        }
    }

    private static String digest(final Replacement replacement) {
        final DigestWriter writer = new DigestWriter();
        replacement.transfer(writer);
        return writer.hex();
    }

    @Test
    void shouldReplaceTheLeastRecentlyUsedWay() {
        final int ways = 12;
        final Replacement lru = Replacement.of(0, 1, ways, 0);
        final Deque<Integer> order = new ArrayDeque<>();
        for (int way = ways - 1; way >= 0; way--) {
            order.addFirst(way);
            lru.touch(0, way);
        }
        final SplitMix64 random = new SplitMix64(3);
        for (int i = 0; i < 500; i++) {
            final int way = random.below(ways);
            lru.touch(0, way);
            order.remove(way);
            order.addFirst(way);
            assertThat(lru.victim(0)).isEqualTo(order.getLast());
        }
    }

    @Test
    void shouldTakeTagsApartAgain() {
        for (final long linear : new long[] {0, 0x7FFF_C000_0000L, 0xFFFF_8000_0000_0000L,
                0xFFFF_FFFF_C000_0000L}) {
            for (final int shift : new int[] {12, 21, 30}) {
                final long tag = TlbTag.of(linear, shift, 0xFFF);
                assertThat(TlbTag.linear(tag)).isEqualTo(linear);
                assertThat(TlbTag.shift(tag)).isEqualTo(shift);
                assertThat(TlbTag.pcid(tag)).isEqualTo(0xFFF);
                assertThat(TlbTag.isGlobal(tag)).isFalse();
                final long global = TlbTag.global(linear, shift);
                assertThat(TlbTag.linear(global)).isEqualTo(linear);
                assertThat(TlbTag.shift(global)).isEqualTo(shift);
                assertThat(TlbTag.isGlobal(global)).isTrue();
                assertThat(tag).isNotEqualTo(TlbTag.NONE);
            }
        }
    }
}
