package dev.shootdown.perf.experiment;

import dev.shootdown.core.boot.ElfImage;
import dev.shootdown.core.bus.EventBus;
import dev.shootdown.core.bus.EventConsumer;
import dev.shootdown.core.count.Counter;
import dev.shootdown.core.machine.Machine;
import dev.shootdown.core.machine.MachineSpec;
import dev.shootdown.core.machine.RunLimits;
import dev.shootdown.core.machine.RunResult;
import dev.shootdown.core.platform.KnownPlaces;
import dev.shootdown.core.spi.MachineStop;
import dev.shootdown.guest.GuestCounters;
import dev.shootdown.guest.GuestImage;
import dev.shootdown.mmu.oracle.Cause;
import dev.shootdown.mmu.oracle.FaultReport;
import dev.shootdown.mmu.oracle.OracleHolder;
import dev.shootdown.mmu.oracle.TranslationOracle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a request on the emulator, with statistics on a thread of their own. */
public final class EmulatorRunner implements MachineRunner {
    private static final int PROGRESS_PARTS = 200;
    /** How often instructions are counted when they are limited. */
    private static final long COUNTING_CYCLES = 1000;
    private static final long MOST_PROGRESS_CYCLES = 1_000_000;

    @Override
    public RunOutcome run(final RunRequest request, final Progress progress) {
        final ShootdownStatistics statistics = new ShootdownStatistics();
        final Machine machine;
        final RunResult result;
        final HostTime host;
        try (EventBus bus = new EventBus(List.<EventConsumer>of(statistics))) {
            machine = machine(request, bus);
            final HostTime started = HostTime.now();
            result = machine.run(limits(request, progress));
            host = HostTime.now().since(started);
        }
        return outcome(machine, result, host, statistics);
    }

    private static Machine machine(final RunRequest request, final EventBus bus) {
        final MachineSpec spec = new MachineSpec(request.cpus(), request.settings(), request.seed(),
            request.console(), request.input(), request.replayCommand());
        final Machine machine = new Machine(spec, request.plugins(), bus);
        final GuestImage image = request.image();
        machine.load(ElfImage.parse(image.name(), image.bytes()), request.commandLine(),
            request.modules());
        return machine;
    }

    private static RunLimits limits(final RunRequest request, final Progress progress) {
        final long every = request.durationCycles() == 0 ? MOST_PROGRESS_CYCLES
            : Math.max(1, Math.min(MOST_PROGRESS_CYCLES, request.durationCycles() / PROGRESS_PARTS));
        final long most = request.limitInstructions();
        return new RunLimits(request.limitCycles(), most == Long.MAX_VALUE ? every
            : Math.min(every, COUNTING_CYCLES), (cycle, instructions) -> {
                progress.at(cycle, instructions);
                if (instructions >= most) {
                    throw new MachineStop(MachineStop.Kind.LIMIT, -1, 0,
                        "the guest did not end the run within " + most + " instructions");
                }
            });
    }

    private static RunOutcome outcome(final Machine machine, final RunResult result, final HostTime host,
            final ShootdownStatistics statistics) {
        final Map<String, Long> counters = new LinkedHashMap<>();
        for (final Counter counter : Counter.values()) {
            counters.put(counter.label(), machine.count(counter));
        }
        machine.pluginCounters().forEach(counter -> counters.put(counter.name(), counter.get()));
        final Map<String, Long> guest = guestCounters(machine);
        final TranslationOracle oracle = OracleHolder.oracleOf(machine);
        final MachineStop stop = result.stop();
        return new RunOutcome(stop.kind(), stop.status(), stop.getMessage(), result.registers(),
            result.cycles(),
            machine.count(Counter.INSTRUCTIONS), host, machine.digest(), counters, guest,
            causes(oracle),
            oracle == null ? List.of() : oracle.reports().stream().map(FaultReport::text).toList(),
            CrossChecks.failures(machine, stop.kind() == MachineStop.Kind.DEBUG_EXIT ? guest : Map.of()),
            AssumedCosts.used(machine),
            machine.unclaimed().stream().map(KnownPlaces::describe).toList(), statistics.summaries());
    }

    private static Map<String, Long> causes(final TranslationOracle oracle) {
        final Map<String, Long> causes = new LinkedHashMap<>();
        if (oracle == null) {
            return causes;
        }
        for (final Cause cause : Cause.values()) {
            if (oracle.count(cause) != 0) {
                causes.put(cause.sentence(), oracle.count(cause));
            }
        }
        return causes;
    }

    private static Map<String, Long> guestCounters(final Machine machine) {
        if (!GuestCounters.present(machine.symbols())) {
            return Map.of();
        }
        final GuestCounters.Peek peek = machine.core(0)::peekLinear;
        return GuestCounters.of(machine.symbols(), peek).sum(machine.cores(), peek);
    }
}
