// What the tests of logs, metrics, Sentry and housekeeping must not survive.

/** @type {readonly import('./mutants.mjs').Mutant[]} */
export const WATCH_MUTANTS = [
  {
    title: 'watching: lines that may be late are lost when their process ends',
    file: 'tasks/log/late-lines.js',
    from: /process\.on\('exit', this\.flush\);/,
    to: ';',
    suite: 'tasks/log/late-lines.spec',
  },
  {
    title: 'watching: lines that may be late come after those that may not',
    file: 'tasks/log/celeriac-logger.js',
    from: /lateLines\.flush\(\);/,
    to: '',
    suite: 'tasks/log/late-lines.spec',
  },
  {
    title: 'watching: what one call tells Sentry is told of all',
    file: 'sentry/scope/delivery-scope.js',
    from: /this\.storage\.run\(this\.outer, scope\)\.clone\(\)/,
    to: 'this.storage.run(this.outer, scope)',
    suite: 'sentry/scope/delivery-scope.spec',
  },
  {
    title: 'watching: an event has nothing of what its call told Sentry',
    file: 'sentry/trace/task-traces.js',
    from: /this\.keep\(call\.id, scope\);/,
    to: '',
    suite: 'sentry/failing-call.spec',
  },
  {
    title: 'watching: a value at the end of a bucket is in the next',
    file: 'metrics/distribution.js',
    from: /value > bounds\[bucket\]/,
    to: 'value >= bounds[bucket]',
    suite: 'metrics/distribution.spec',
  },
  {
    title: 'watching: a chore begins beside its last run',
    file: 'tasks/housekeeping/chore.js',
    from: /this\.going \?\?= this\.run\(\)/,
    to: 'this.going = this.run()',
    suite: 'tasks/housekeeping/chore.spec',
  },
  {
    title: 'watching: nobody can end a chore',
    file: 'tasks/housekeeping/housekeeping.js',
    from: /registry\?\.addInterval\(id, chore\.timer\);/,
    to: '',
    suite: 'schedule/nest-schedule.spec',
  },
];
