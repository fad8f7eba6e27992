import { setTimeout as sleep } from 'node:timers/promises';
import type { Blocker, Innocent } from './fixtures/crash-tasks.js';
import type { Chance } from './seed.js';
import type { Stage } from './stage.js';
import { complaintsAbout } from './verdict.js';
import type { Victim } from './victims.js';
import { CHILDREN } from './workplace.js';
import { until } from '../support/until.js';

const INNOCENTS = 3;
const LONGEST_TRIAL = 90_000;
/** What all have come to will not change any more. */
const GRACE = 6_000;
const PAUSE = 20;
/** So many runs beyond what is expected, and there is nothing to wait for. */
const TOO_MANY = 2;

/** Has a victim suffer among innocents. False: in the time there is, they have not ended as they must. */
export async function tryVictim(stage: Stage, victim: Victim, chance: Chance): Promise<boolean> {
  const { key } = victim.script;
  stage.workforce.supervised = victim.supervised;
  if (victim.pauses) await stage.workforce.ready();
  const blockers = victim.blocker ? await keepChildrenBusy(stage, victim.blocker, key) : [];
  const mine = new Set([key, ...blockers]);
  const innocent = async (number: number) => {
    const call: Innocent = {
      key: `innocent-of-${key}-${number}`,
      value: { of: key, number, text: `ü ${chance.below(1_000)}` },
      lasts: chance.below(200),
    };
    mine.add(call.key);
    await stage.call('innocent', call, { kind: 'innocent', value: call.value }, victim.innocents);
  };
  // A blocked victim comes first: innocents would take the place it waits for.
  const place = victim.blocker ? 0 : chance.below(INNOCENTS);
  for (let number = 0; number < INNOCENTS; number++) {
    if (number === place) {
      const { title, ending } = victim;
      await stage.call(victim.task, victim.script, { kind: 'victim', title, ending }, victim.options);
    }
    await innocent(number);
  }
  return settled(stage, mine, victim);
}

/** Waits until nothing is wrong any more with these calls. */
async function settled(stage: Stage, keys: ReadonlySet<string>, victim: Victim): Promise<boolean> {
  let deadline = performance.now() + LONGEST_TRIAL;
  let over = false;
  while (performance.now() < deadline) {
    const entries = await stage.look();
    stage.continuePaused();
    const begun = stage.ledger.of('begin', victim.script.key).length;
    if (begun >= victim.ending.runs + TOO_MANY) return false;
    const complaints = [...keys].flatMap((key) => {
      const expectation = stage.expectations.get(key);
      return expectation ? complaintsAbout(key, entries, expectation) : [];
    });
    if (complaints.length === 0) return true;
    if (!over && [...keys].every((key) => stage.ledger.of('final', key).length > 0)) {
      over = true;
      deadline = Math.min(deadline, performance.now() + GRACE);
    }
    await sleep(PAUSE);
  }
  return false;
}

/** Fills all children of all workers, until the call with this key waits for one. */
async function keepChildrenBusy(stage: Stage, task: string, untilWaiting: string): Promise<string[]> {
  const workers = stage.workforce.size;
  await stage.workforce.ready(workers);
  const keys = Array.from(
    { length: CHILDREN * workers },
    (_, number) => `blocker-of-${untilWaiting}-${number}`,
  );
  for (const key of keys) {
    const call: Blocker = { key, until: { what: 'waiting', key: untilWaiting } };
    await stage.call(task, call, { kind: 'innocent', value: key }, { queue: 'blocked' });
  }
  // One that is shutting down has to be replaced first.
  await until(() => keys.every((key) => stage.ledger.of('begin', key).length > 0), LONGEST_TRIAL);
  return keys;
}
