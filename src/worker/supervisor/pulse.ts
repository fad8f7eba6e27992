/** How often a worker process tells its supervisor that its event loop turns. */
export const PULSE_INTERVAL = 1_000;
/** One that has not said so for this time is taken for blocked or stopped. */
const LONGEST_SILENCE = 10_000;

/** What a supervisor knows of one of its processes. */
export interface ProcessPulse {
  readonly number: number;
  readonly pid: number;
  /** It has booted. */
  readonly ready: boolean;
  /** Milliseconds since it was heard of. */
  readonly silentFor: number;
  /** When it was, it took work. */
  readonly consuming: boolean;
}

/** What an orchestrator asks of a supervisor. Its own loop is what answers. */
export interface SupervisorHealth {
  /** Each place has a process that works. */
  readonly ready: boolean;
  /** What is not so, for people. */
  readonly problems: readonly string[];
}

/** @param places processes there should be @param stopping it takes no work any more */
export function judgePulses(
  pulses: readonly ProcessPulse[],
  places: number,
  stopping: boolean,
): SupervisorHealth {
  const works = ({ ready, silentFor, consuming }: ProcessPulse) =>
    ready && consuming && silentFor <= LONGEST_SILENCE;
  const working = new Set(pulses.filter(works).map(({ number }) => number));
  const problems = stopping ? ['it is stopping'] : [];
  for (let number = 1; number <= places; number++) {
    if (working.has(number)) continue;
    const pulse = pulses.findLast((each) => each.number === number);
    problems.push(`worker ${number} ${pulse ? complaint(pulse) : 'is not there'}`);
  }
  return { ready: problems.length === 0, problems };
}

function complaint({ ready, silentFor }: ProcessPulse): string {
  if (!ready) return 'is starting';
  if (silentFor > LONGEST_SILENCE) return `has been silent for ${Math.round(silentFor / 1_000)} s`;
  return 'takes no work';
}
