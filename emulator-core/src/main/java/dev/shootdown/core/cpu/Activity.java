package dev.shootdown.core.cpu;

/** Whether a core executes instructions, and what it waits for if not. SDM 3B 25.4.2 names the states. */
public enum Activity {
    /** It executes instructions. */
    RUNNING,
    /** HLT: until an interrupt, NMI or INIT. */
    HALTED,
    /** TPAUSE or UMWAIT: until a deadline, or what ends HLT. */
    PAUSED,
    /** After INIT: until a start-up IPI. */
    WAIT_FOR_SIPI,
    /** MWAIT: until a store to the monitored line, or what ends HLT. */
    MONITORING
}
