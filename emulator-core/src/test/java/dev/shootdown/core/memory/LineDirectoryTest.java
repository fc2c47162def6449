package dev.shootdown.core.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shootdown.core.cost.CostParam;
import dev.shootdown.core.cost.Settings;
import dev.shootdown.core.memory.LineDirectory.Proximity;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineDirectoryTest {
    private static final int NEAR = (int) CostParam.LINE_SAME_SOCKET.defaultValue();
    private static final int FAR = (int) CostParam.LINE_CROSS_SOCKET.defaultValue();
    private final Frame frame = new PhysicalMemory(4096).frame(0);
    /** Cores 0 and 1 share a socket, 100 is elsewhere. */
    private final LineDirectory lines = new LineDirectory(128,
        (a, b) -> a < 64 == b < 64 ? Proximity.SAME_SOCKET : Proximity.CROSS_SOCKET,
        Settings.defaultsOf(List.of(CostParam.values())));

    @Test
    void shouldBeFreeForTheOnlyCoreThatTouchesALine() {
        assertThat(lines.read(frame, 0, 0)).isZero();
        assertThat(lines.write(frame, 8, 0)).isZero();
        assertThat(frame.isHeldBy(63, 0)).isTrue();
        assertThat(frame.isHeldBy(64, 0)).isFalse();
    }

    @Test
    void shouldMoveAWrittenLineToItsReaderOnceAndBackToItsWriter() {
        lines.write(frame, 0, 0);
        assertThat(lines.read(frame, 0, 1)).isEqualTo(NEAR);
        assertThat(lines.read(frame, 0, 1)).isZero();
        assertThat(lines.read(frame, 0, 0)).isZero();
        assertThat(lines.write(frame, 0, 0)).isEqualTo(NEAR);
        assertThat(frame.isHeldBy(0, 0)).isTrue();
    }

    @Test
    void shouldWaitForTheFarthestCopyWhenWritingAndTheNearestWhenReading() {
        lines.write(frame, 0, 100);
        lines.read(frame, 0, 0);
        assertThat(lines.read(frame, 0, 1)).isEqualTo(NEAR);
        assertThat(lines.write(frame, 0, 1)).isEqualTo(FAR);
        assertThat(lines.read(frame, 0, 100)).isEqualTo(FAR);
    }
}
