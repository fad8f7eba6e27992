import type { CallOptions } from '../../src/index.js';
import type { Ending, Policy } from './ending.js';
import type { Pool, Weapon } from './points.js';
import type { Row } from './row.js';
import type { Script } from './script.js';
import { type Chance, LONG, ONLY } from './seed.js';

/** A call with what is to befall it, and how it must end. */
export interface Victim {
  readonly title: string;
  readonly task: string;
  readonly script: Script;
  readonly options: CallOptions;
  readonly ending: Ending;
  /** Of the calls around it. */
  readonly innocents: CallOptions;
  /** Its like that keeps child processes busy until it waits. */
  readonly blocker: string | undefined;
  /** It is out of step, until another worker has it. */
  readonly pauses: boolean;
  /** What its dead process held is taken back at once. */
  readonly supervised: boolean;
}

const POLICY_OPTIONS: Record<Policy, CallOptions> = {
  redeliver: {},
  fail: { onWorkerLost: 'fail' },
  early: { acks: 'early' },
};

interface Way {
  readonly title: string;
  readonly row: Row;
  readonly policy: Policy;
  readonly by: Weapon;
}

/** Who is to suffer in a pool, in the order that the chance gives. */
export function victims(pool: Pool, rows: readonly Row[], chance: Chance): Victim[] {
  const chosen = rows.flatMap((row) => waysOf(row, chance));
  return chance.shuffled(chosen).map(({ title, row, policy, by }, place): Victim => {
    // In the prefork pool everything is isolated.
    const kind = row.isolated && pool === 'async' ? 'isolated.' : '';
    return {
      title,
      task: row.brittle ? 'brittle' : `${kind}victim`,
      script: {
        key: `victim-${place}`,
        strikes: row.strikes(by),
        throws: row.throws ?? 0,
        lasts: row.lasts ?? 20,
        lastsAgain: row.lastsAgain ?? 20,
      },
      options: {
        ...POLICY_OPTIONS[policy],
        ...(row.timeLimit && { softTimeLimit: null, timeLimit: row.timeLimit }),
      },
      ending: row.ends(policy, pool, by),
      innocents: POLICY_OPTIONS[row.innocents ?? 'redeliver'],
      blocker: row.blocked && `${kind}blocker`,
      pauses: row.strikes(by).some(({ by: weapon }) => weapon === 'SIGSTOP' || weapon === 'busy loop'),
      supervised: chance.next() < 0.7,
    };
  });
}

/** In the long run every weapon and every policy of a row; which with which, the chance says. */
function waysOf(row: Row, chance: Chance): Way[] {
  const { policies, weapons } = row;
  const way = (policy: Policy, by: Weapon): Way => ({
    title: `${row.title}: ${by}, ${policy}`,
    row,
    policy,
    by,
  });
  const only = ONLY;
  if (only) {
    const all = policies.flatMap((policy) => weapons.map((by) => way(policy, by)));
    return all.filter(({ title }) => only.test(title));
  }
  if (!LONG) return [way(chance.pick(policies), chance.pick(weapons))];
  const [first, second] = [chance.shuffled(policies), chance.shuffled(weapons)];
  return Array.from({ length: Math.max(first.length, second.length) }, (_, number) =>
    way(first[number % first.length] as Policy, second[number % second.length] as Weapon),
  );
}
