import { formatSeconds } from '../../tasks/duration.js';
import type { HealthReport } from '../../tasks/health/health-source.js';
import type { WorkerState } from '../../tasks/worker-state.js';

/** A worker, and how long it has said nothing. */
export interface SeenWorker {
  readonly state: WorkerState;
  readonly age: number;
}

export interface WorkersFacts {
  readonly workers: readonly SeenWorker[];
  /** Queues that somebody should take calls of. */
  readonly queues: readonly string[];
  /** Tasks that this application calls or runs, and the queue of each. */
  readonly tasks: readonly { readonly name: string; readonly queue: string }[];
  readonly maxEventLoopLag: number;
}

/** Beats a worker may miss. */
export const MISSED = 3;
const SHOWN = 3;

const isLive = ({ state, age }: SeenWorker): boolean => age <= MISSED * state.every;

/** Whether it takes calls of a queue now. */
export const takes = (worker: SeenWorker, queue: string): boolean =>
  isLive(worker) && worker.state.pausedFor.length === 0 && Object.hasOwn(worker.state.queues, queue);

/** Each of its queues is another's by now, that has come since it went silent. */
const isReplaced = ({ state, age }: SeenWorker, live: readonly SeenWorker[]): boolean =>
  Object.keys(state.queues).every((queue) =>
    live.some((worker) => worker.state.upFor <= age && takes(worker, queue)),
  );

/** Decides how the workers are: whether each queue has one, and what each says of itself. */
export function judgeWorkers({ workers, queues, tasks, maxEventLoopLag }: WorkersFacts): HealthReport {
  const live = workers.filter(isLive);
  const silent = workers.filter((worker) => !isLive(worker) && !isReplaced(worker, live));
  const data = {
    live: live.length,
    silent: silent.map(({ state }) => state.process),
    workers: live.map(({ state }) => describe(state)),
  };
  const said = (status: HealthReport['status'], message: string): HealthReport => ({ status, message, data });
  const gone = silent.map(({ state, age }) => `${state.process} has been silent for ${formatSeconds(age)}`);
  const abandoned = queues.filter((queue) => !workers.some((worker) => takes(worker, queue)));
  if (abandoned.length > 0) {
    const paused = live
      .filter(({ state }) => state.pausedFor.length > 0)
      .map(({ state }) => `${state.process} takes no work (${state.pausedFor.join(', ')})`);
    return said('down', list([`no worker takes calls of ${abandoned.join(', ')}`, ...gone, ...paused]));
  }
  const complaints = [
    ...gone,
    ...live.flatMap(({ state }) => complaintsOf(state, maxEventLoopLag)),
    ...tasks
      .filter(({ name, queue }) => !live.some(({ state }) => knows(state, name, queue)))
      .map(({ name }) => `no worker knows the task ${name}`),
  ];
  return complaints.length > 0 ? said('degraded', list(complaints)) : { status: 'up', data };
}

const knows = ({ tasks, queues }: WorkerState, name: string, queue: string): boolean =>
  tasks.includes(name) && Object.hasOwn(queues, queue);

function complaintsOf({ process, pausedFor, eventLoopLag, oldest }: WorkerState, maxLag: number): string[] {
  return [
    ...(pausedFor.length > 0 ? [`${process} takes no work (${pausedFor.join(', ')})`] : []),
    ...(eventLoopLag.max > maxLag ? [`the event loop of ${process} was ${eventLoopLag.max} ms late`] : []),
    ...(oldest?.overdue ? [`${oldest.task} (${oldest.id}) goes on in ${process} after it was given up`] : []),
  ];
}

function describe({
  process,
  pool,
  upFor,
  active,
  oldest,
  eventLoopLag,
  queues,
  tasks,
  pausedFor,
}: WorkerState) {
  return {
    process,
    pool,
    upFor,
    active,
    oldest,
    eventLoopLag,
    queues: Object.keys(queues).toSorted(),
    tasks,
    pausedFor,
  };
}

function list(items: readonly string[]): string {
  const more = items.length > SHOWN ? `; and ${items.length - SHOWN} more` : '';
  return items.slice(0, SHOWN).join('; ') + more;
}
