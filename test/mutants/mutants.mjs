// What the crash suite must not survive. Each is one replacement in the compiled code, and the part of the suite that is
// to notice it: a broker, and a regular expression over the titles of victims.

/**
 * @typedef {object} Mutant
 * @property {string} title
 * @property {string} file below src/
 * @property {RegExp} from must fit exactly once
 * @property {string} to
 * @property {'redis' | 'postgres'} broker
 * @property {string} victims
 */

/** @type {readonly Mutant[]} */
export const MUTANTS = [
  {
    title: 'the fence: Redis takes a hand-back whose lock is lost',
    file: 'broker/redis/scripts.js',
    from: /if redis\.call\('GET', KEYS\[1\] \.\. ':' \.\. ARGV\[1\] \.\. ':lock'\) ~= ARGV\[2\] then return 0 end/,
    to: '',
    broker: 'redis',
    victims: 'paused before a hand-back',
  },
  {
    title: 'the fence: Postgres takes a hand-back whose lock is lost',
    file: 'broker/postgres/statements.js',
    from: /AND state = 'active' AND lock_token = \$3/,
    to: `AND state = 'active' AND $3::text IS NOT NULL`,
    broker: 'postgres',
    victims: 'paused before a hand-back',
  },
  {
    title: 'the fence: a refused settlement passes for one that landed',
    file: 'broker/bullmq/persistent-settling.js',
    from: /if \(isRefusal\(failure\)\)\s+throw giveUp\(id, token, landsIn, failure\);/,
    to: 'if (isRefusal(failure)) return landed;',
    broker: 'redis',
    victims: 'paused before it settles: SIGSTOP, redeliver',
  },
  {
    title: 'the fence: code is not told that its lock is lost',
    file: 'worker/task-worker.js',
    from: /this\.running\.find\(id\)\?\.abort\(new LockLostError\(id\)\);/,
    to: '',
    broker: 'redis',
    victims: 'paused while its code runs: SIGSTOP, redeliver',
  },
  {
    title: 'the crash budget: never used up',
    file: 'worker/retry/crash-decision.js',
    from: /charged >= policy\.crashBudget/,
    to: 'false',
    broker: 'redis',
    victims: '^poison: exit',
  },
  {
    title: 'the crash budget: suspects are not isolated',
    file: 'worker/pools/place-of.js',
    from: /!isolate && !suspect/,
    to: '!isolate',
    broker: 'redis',
    victims: '^poison: exit',
  },
  {
    title: 'the crash budget: that a suspect ran alone is not kept',
    file: 'worker/run/runs.js',
    from: /await this\.history\.mark\(delivery, 'alone'\);/,
    to: '',
    broker: 'redis',
    victims: '^poison: exit',
  },
  {
    title: 'the crash budget: the death of a child is not counted as a loss',
    file: 'worker/run/child-deaths.js',
    from: /kind: 'handBack', lost: true/,
    to: `kind: 'handBack', lost: false`,
    broker: 'redis',
    victims: 'child dies while its code runs: exit, redeliver',
  },
  {
    title: 'the began-mark: not kept while a call waits for a child',
    file: 'worker/run/begin-in-child.js',
    from: /await history\.mark\(delivery, 'not begun'\)/,
    to: 'await Promise.resolve()',
    broker: 'redis',
    victims: 'dies while it waits for a child: exit, early',
  },
  {
    title: 'the began-mark: not looked at',
    file: 'worker/stages/check-losses.js',
    from: /mark\?\.kind === 'not begun'/,
    to: 'false',
    broker: 'postgres',
    victims: 'dies while it waits for a child: exit, early',
  },
  {
    title: 'the began-mark: not taken away when the code begins',
    file: 'worker/run/begin-in-child.js',
    from: /await history\.mark\(delivery, null\);/,
    to: '',
    broker: 'redis',
    victims: 'has waited for a child and ran: exit, early',
  },
  {
    title: 'the began-mark: a shutdown fails what has not begun',
    file: 'worker/run/begin-in-child.js',
    from: /if \(why === 'draining'\)\s+return [^;]+;/,
    to: `if (why === 'draining') return { name: 'failed', settlement: { kind: 'fail', reason: '', stack: '' } };`,
    broker: 'redis',
    victims: 'shuts down while it waits for a child: SIGTERM, early',
  },
  {
    title: 'the hand-back: left to the lock',
    file: 'broker/bullmq/consumer.js',
    from: /await handBack\(this\.store, [^)]+\)/,
    to: 'await Promise.resolve()',
    broker: 'redis',
    victims: 'shuts down while its code runs: SIGTERM, redeliver',
  },
  {
    title: 'the hand-back: also of what must not run again',
    file: 'worker/run/attempt.js',
    from: /runsAgain\(this\.policy\)/,
    to: 'true',
    broker: 'redis',
    victims: 'shuts down while its code runs: SIGTERM, early',
  },
];
