import type { TaskOutcome } from '../tasks/events/task-events.js';

interface Named {
  readonly name: string;
  readonly help: string;
}

/** The counter of each outcome; names are celery-exporter's where it has one. */
export const OUTCOME_COUNTERS: Readonly<Record<TaskOutcome, Named & { readonly byException?: true }>> = {
  succeeded: { name: 'celeriac_task_succeeded_total', help: 'Calls that succeeded.' },
  retried: {
    name: 'celeriac_task_retried_total',
    help: 'Attempts that failed, and whose calls are tried again.',
    byException: true,
  },
  failed: { name: 'celeriac_task_failed_total', help: 'Calls that failed for good.', byException: true },
  ignored: { name: 'celeriac_task_ignored_total', help: 'Calls that ended ignored.' },
  snoozed: {
    name: 'celeriac_task_snoozed_total',
    help: 'Deliveries that were put off by their task, or for want of a child process.',
  },
  deferred: { name: 'celeriac_task_deferred_total', help: 'Deliveries that a limit put off.' },
  parked: { name: 'celeriac_task_parked_total', help: 'Deliveries of tasks that no worker here knows.' },
  expired: { name: 'celeriac_task_expired_total', help: 'Calls that were too late to run.' },
  revoked: { name: 'celeriac_task_revoked_total', help: 'Calls that ended revoked.' },
  quarantined: { name: 'celeriac_task_rejected_total', help: 'Calls that were quarantined.' },
  'handed back': {
    name: 'celeriac_task_handed_back_total',
    help: 'Deliveries that were put back for another worker.',
  },
};

/** What happens to calls beside that. */
export const INCIDENT_COUNTERS = {
  lost: {
    name: 'celeriac_task_lost_total',
    help: 'Deliveries whose lock was lost, or whose settlement was refused.',
  },
  abandoned: {
    name: 'celeriac_task_abandoned_total',
    help: 'Attempts whose code was given up while it ran on.',
  },
  'result dropped': {
    name: 'celeriac_task_results_dropped_total',
    help: 'Calls that succeeded with a result that could not be stored.',
  },
} as const satisfies Readonly<Record<string, Named>>;

export const SENT: Named = {
  name: 'celeriac_task_sent_total',
  help: 'Calls that were sent; those that were there already do not count.',
};
