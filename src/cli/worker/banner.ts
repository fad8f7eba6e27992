import { formatDuration } from '../../tasks/duration.js';
import type { WorkerReport } from '../../worker/index.js';
import { columns } from '../columns.js';

/** What the sweep for calls of dead machines takes beyond the lock time. */
const SWEEP_TIME = 5_000;
const WIDTH = 100;
const INDENT = ' '.repeat(13);

/** What an operator wants to know at the start. */
export function banner(version: string, processes: number, report: WorkerReport): string {
  const { broker, queues, tasks, lockTime, shutdownTimeout } = report;
  const lock = formatDuration(lockTime);
  const machine = formatDuration(lockTime + SWEEP_TIME);
  const patience = formatDuration(shutdownTimeout);
  const rows = [
    ['broker', `${broker.description} (namespace ${broker.namespace})`],
    ['processes', `${processes} × ${pool(report)}`],
    ['queues', list(queues.map(queue), ', ')],
    ['tasks', list(tasks.map(task), ' · ') || 'none'],
    ['locks', `${lock}; a dead machine's calls are back within ${machine}, a dead process's within 2s`],
    ['stop', `SIGTERM waits up to ${patience}; again: hand back at once; a third time: exit`],
  ] as const;
  return `celeriac ${version} · worker\n${columns(rows)}`;
}

const pool = ({ pool: kind, children }: WorkerReport): string =>
  kind === 'prefork' ? `prefork, ${children} ${children === 1 ? 'child' : 'children'} each` : kind;

const queue = ({ name, concurrency }: WorkerReport['queues'][number]): string =>
  `${name} (${concurrency} at once)`;

function task({ name, softTimeLimit, timeLimit, isolated }: WorkerReport['tasks'][number]): string {
  const limits = `${limit(softTimeLimit)}/${limit(timeLimit)}`;
  return `${name} ${limits}${isolated ? ' isolated' : ''}`;
}

const limit = (milliseconds: number | null): string =>
  milliseconds === null ? 'no limit' : formatDuration(milliseconds);

/** In lines of a readable length. */
function list(items: readonly string[], separator: string): string {
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + separator.length + item.length <= WIDTH) {
      lines[lines.length - 1] = `${last}${separator}${item}`;
    } else lines.push(item);
  }
  return lines.join(`${separator.trimEnd()}\n${INDENT}`);
}
