// What the tests of schedules must not survive.

const STORE = 'the store of schedules';

/** @type {readonly import('./mutants.mjs').Mutant[]} */
export const SCHEDULE_MUTANTS = [
  {
    title: 'schedules: Redis stores a call whatever has become of the schedule meanwhile',
    file: 'broker/redis/redis-schedules.js',
    from: /if \(revision !== change\.revision\) \{/,
    to: 'if (false) {',
    suite: 'conformance/redis.spec',
    cases: STORE,
  },
  {
    title: 'schedules: Postgres stores a call whatever has become of the schedule meanwhile',
    file: 'broker/postgres/postgres-schedules.js',
    from: /if \(rowCount !== 1\) \{/,
    to: 'if (false) {',
    suite: 'conformance/postgres.spec',
    cases: STORE,
  },
  {
    title: 'schedules: Redis gives what is due to all who ask',
    file: 'broker/redis/schedule-scripts.js',
    from: /redis\.call\('ZADD', KEYS\[1\], now \+ ARGV\[1\], id\)/,
    to: '',
    suite: 'conformance/redis.spec',
    cases: STORE,
  },
  {
    title: 'schedules: Postgres gives what is due to all who ask',
    file: 'broker/postgres/schedule-statements.js',
    from: /SET look_at_ms = \(SELECT now FROM clock\) \+ \$1::bigint/,
    to: 'SET look_at_ms = look_at_ms + 0 * $1::bigint',
    suite: 'conformance/postgres.spec',
    cases: STORE,
  },
  {
    title: 'schedules: a slot is stored apart from its call',
    file: 'schedule/firing/schedule-firing.js',
    from: /await schedules\.fire\(changeOf\(id, revision, record\), job\)/,
    to: 'await schedules.change(changeOf(id, revision, record)).then(async (done) => { if (!done) return undefined; if (Math.random() < 0.3) process.kill(process.pid, "SIGKILL"); return this.broker.enqueue(queue, job); })',
    suite: 'schedule/once-per-slot-redis.spec',
  },
  {
    title: 'schedules: a dead process keeps what it has taken for long',
    file: 'schedule/firing/scheduler.js',
    from: /const LEASE = 3_000;/,
    to: 'const LEASE = 300_000;',
    suite: 'schedule/once-per-slot-redis.spec',
  },
  {
    title: 'schedules: what is new begins with what is past',
    file: 'schedule/record/schedule-record.js',
    from: /cursor: now,/,
    to: 'cursor: now - 5_000,',
    suite: 'schedule/deploys-redis.spec',
    cases: 'renamed',
  },
];
