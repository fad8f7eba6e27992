// The watchdog's thread: sees from outside when the event loop of the main thread does not turn.
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { judgeBlock, type Suspected } from './judge-block.js';
import { Slots } from './slots.js';

/** What the thread is told. */
export interface WatchdogData {
  readonly memory: SharedArrayBuffer;
  /** Names of the tasks, from 1. */
  readonly tasks: readonly string[];
  /** The monotonic clock minus the main thread's performance.now(), in ms. */
  readonly origin: number;
  /** Where a supervisor reads; undefined: there is none, and the process is not ended. */
  readonly reportFd: number | undefined;
}

const INTERVAL = 250;
const STDERR = 2;

const { memory, tasks, origin, reportFd } = workerData as WatchdogData;
const slots = new Slots(memory);
const now = () => Number(process.hrtime.bigint()) / 1e6 - origin;

let beat = -1;
let turnedAt = now();
let lookedAt = now();
let told = false;

function look(): void {
  const at = now();
  // The whole process was stopped: nobody has blocked anything.
  const paused = at - lookedAt > 4 * INTERVAL;
  lookedAt = at;
  const seen = Atomics.load(slots.heartbeat, 0);
  if (seen !== beat || paused) {
    beat = seen;
    turnedAt = at;
    told = false;
    return;
  }
  const culprit = suspected(Atomics.load(slots.current, 0));
  const running = slots.filled().flatMap((slot) => suspected(slot) ?? []);
  const verdict = judgeBlock({ now: at, blocked: at - turnedAt, culprit, running });
  if (verdict.kind === 'wait') return;
  const seconds = Math.round((at - turnedAt) / 1_000);
  if (verdict.kind === 'end' && reportFd !== undefined) {
    const [first] = verdict.by;
    const names = verdict.by.map(({ task }) => task).join(' or ');
    const blocked = { task: names, id: first?.id ?? '', seconds };
    write(reportFd, `${JSON.stringify({ blocked })}\n`);
    process.kill(process.pid, 'SIGKILL');
  } else if (!told) {
    told = true;
    write(
      STDERR,
      `${describe(verdict.by)} has blocked the event loop of process ${process.pid} for ${seconds} s; nothing else runs there\n`,
    );
  }
}

function suspected(slot: number): Suspected | undefined {
  const filled = slots.read(slot);
  return filled && { task: tasks[filled.task - 1] ?? 'unknown', id: filled.id, deadline: filled.deadline };
}

function describe(by: readonly Suspected[]): string {
  if (by.length === 0) return 'The application';
  const named = by.slice(0, 5).map(({ task, id }) => `"${task}" (${id})`);
  const more = by.length > named.length ? ` or one of ${by.length - named.length} others` : '';
  return `${named.join(' or ')}${more}`;
}

function write(fd: number, text: string): void {
  try {
    writeSync(fd, text);
  } catch {
    // Nobody listens any more.
  }
}

setInterval(look, INTERVAL);
