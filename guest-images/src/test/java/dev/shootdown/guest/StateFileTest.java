package dev.shootdown.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shootdown.core.state.StateException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no state of this machine are refused, and the machine stays what it was. */
class StateFileTest {
    private static final String WORKLOAD = "workload=selftest";
    @TempDir
    private Path folder;
    private Path file;
    private byte[] good;
    private SnapshotGuest guest;

    @BeforeEach
    void save() throws IOException {
        guest = SnapshotGuest.booting(1, WORKLOAD).runTo(50_000);
        file = folder.resolve("machine.state");
        guest.machine.save(file);
        good = Files.readAllBytes(file);
    }

    @Test
    void shouldTakeWhatItWrote() throws IOException {
        final SnapshotGuest other = SnapshotGuest.booting(1, WORKLOAD);
        other.machine.restore(file);
        assertThat(other.machine.digest()).isEqualTo(guest.machine.digest());
    }

    @Test
    void shouldRefuseEveryTruncatedFile() throws IOException {
        for (int bytes = 0; bytes < good.length; bytes += 1 + bytes / 3) {
            refuses(Arrays.copyOf(good, bytes), "expected");
        }
        refuses(Arrays.copyOf(good, good.length - 1), "expected one at the end: the file is truncated");
    }

    @Test
    void shouldRefuseForeignAndEmptyFiles() throws IOException {
        refuses("#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
            "offset 0: found other bytes, expected a saved machine");
        refuses(new byte[0], "offset 0: found other bytes");
    }

    @Test
    void shouldRefuseAnotherVersion() throws IOException {
        final byte[] other = good.clone();
        ByteBuffer.wrap(other).putInt(8, 99);
        refuses(other, "offset 8: found version 99, expected version 1");
    }

    @Test
    void shouldRefuseDamage() throws IOException {
        for (int at = 12; at < good.length - 17; at += good.length / 7) {
            final byte[] other = good.clone();
            other[at] ^= 0x10;
            refuses(other, "the file is damaged");
        }
    }

    @Test
    void shouldRefuseTheStateOfAnotherMachine() {
        refusedBy(SnapshotGuest.booting(2, WORKLOAD), "cores=1, expected cores=2");
        refusedBy(SnapshotGuest.booting(1, WORKLOAD, "machine.tso", "0"), "settings={}, expected settings=");
        refusedBy(SnapshotGuest.booting(1, "workload=mixed"), "expected command line=workload=mixed");
    }

    @Test
    void shouldRefuseASnapshotOfAnotherMachine() {
        final SnapshotGuest other = SnapshotGuest.booting(2, WORKLOAD);
        assertThatThrownBy(() -> other.machine.restore(guest.machine.snapshot()))
            .isInstanceOf(StateException.class).hasMessageContaining("cores=1")
            .hasMessageContaining("cores=2");
    }

    private void refusedBy(final SnapshotGuest other, final String expected) {
        final String before = other.machine.digest();
        assertThatThrownBy(() -> other.machine.restore(file)).isInstanceOf(StateException.class)
            .hasMessageStartingWith(file + ": offset ").hasMessageContaining(expected);
        assertThat(other.machine.digest()).isEqualTo(before);
    }

    private void refuses(final byte[] bytes, final String expected) throws IOException {
        Files.write(file, bytes);
        assertThatThrownBy(() -> guest.machine.restore(file)).isInstanceOf(StateException.class)
            .hasMessageStartingWith(file + ": offset ").hasMessageContaining("found")
            .hasMessageContaining(expected);
    }
}
