package dev.shootdown.core.machine;

import dev.shootdown.core.spi.MachineStop;

/**
 * How a run ended.
 *
 * @param stop why, where and with which status
 * @param cycles the cycle that was reached
 * @param registers the registers of the core that ended it, with symbols; of all cores if none did
 */
public record RunResult(MachineStop stop, long cycles, String registers) {
}
