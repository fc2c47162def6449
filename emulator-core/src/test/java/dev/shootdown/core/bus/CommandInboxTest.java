package dev.shootdown.core.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommandInboxTest {
    private final CommandInbox inbox = new CommandInbox();
    private final List<String> received = new ArrayList<>();

    private int drain() {
        return inbox.drain((type, payload) -> received.add(type + ":" + new String(payload,
            StandardCharsets.UTF_8)));
    }

    @Test
    void shouldHandOverCommandsOldestFirstWithTheirPayload() {
        assertThat(inbox.isEmpty()).isTrue();
        assertThat(inbox.offer(CommandType.STOP, "interrupt".getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(inbox.offer(CommandType.STOP)).isTrue();
        assertThat(inbox.isEmpty()).isFalse();
        assertThat(drain()).isEqualTo(2);
        assertThat(received).containsExactly("STOP:interrupt", "STOP:");
        assertThat(drain()).isZero();
    }

    @Test
    void shouldSayWhenItIsFullAndTakeMoreAfterADrain() {
        int accepted = 0;
        while (inbox.offer(CommandType.STOP, new byte[CommandInbox.MAX_PAYLOAD])) {
            accepted++;
        }
        assertThat(accepted).isBetween(8, 16);
        int drained = 0;
        for (int round = 0; round < 2; round++) {
            drained += drain();
        }
        assertThat(drained).isEqualTo(accepted);
        assertThat(inbox.offer(CommandType.STOP)).isTrue();
    }

    @Test
    void shouldRefuseAPayloadBeyondTheLimit() {
        assertThatThrownBy(() -> inbox.offer(CommandType.STOP, new byte[CommandInbox.MAX_PAYLOAD + 1]))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("payload bytes=1025 limit=1024");
    }

    @Test
    void shouldTakeCommandsFromManyThreads() throws InterruptedException {
        final List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final Thread sender = new Thread(() -> {
                for (int n = 0; n < 500; n++) {
                    while (!inbox.offer(CommandType.STOP, new byte[16])) {
                        Thread.yield();
                    }
                }
            });
            sender.start();
            senders.add(sender);
        }
        int drained = 0;
        while (drained < 4 * 500) {
            drained += drain();
        }
        for (final Thread sender : senders) {
            sender.join();
        }
        assertThat(inbox.isEmpty()).isTrue();
    }
}
