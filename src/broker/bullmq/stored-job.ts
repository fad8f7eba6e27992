import type { JobJson } from 'bullmq';
import type { JobState, StoredJob } from '../../tasks/broker-port.js';

/** The port's states, from BullMQ's. */
export function jobState(state: string): JobState | undefined {
  switch (state) {
    case 'waiting':
    case 'prioritized':
    case 'waiting-children':
      return 'waiting';
    case 'delayed':
    case 'active':
    case 'completed':
    case 'failed':
      return state;
    default:
      return undefined;
  }
}

export function toStoredJob(
  json: JobJson,
  id: string,
  state: JobState,
  dueAt: number | undefined,
): StoredJob {
  const stacks = parse(json.stacktrace) as string[] | undefined;
  const progress = json.progress === 0 ? undefined : json.progress;
  return {
    id,
    name: json.name,
    data: parse(json.data),
    state,
    attemptsMade: json.attemptsMade,
    losses: json.stalledCounter,
    progress,
    returnValue: parse(json.returnvalue),
    failedReason: json.failedReason,
    stack: stacks?.at(-1),
    enqueuedAt: json.timestamp,
    startedAt: json.processedOn,
    finishedAt: state === 'completed' || state === 'failed' ? json.finishedOn : undefined,
    dueAt,
  };
}

function parse(json: string | undefined): unknown {
  if (json === undefined) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
