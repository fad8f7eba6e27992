import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chance, LONG, SEED } from '../../crashes/seed.js';
import { until } from '../../support/until.js';
import { MailProcess } from '../support/mail-process.js';
import type { DoomedSend } from '../fixtures/doomed-sender.js';
import type { Death } from './mortal-workers.js';
import { SENDER_POINTS, type SenderPoint, WORKER_POINTS, type WorkerPoint } from './points.js';
import { type Fate, PostOffice } from './post-office.js';
import { deathsByPoint, table } from './report.js';

/** Kills at each point, on each broker. */
const ROUNDS = Number(process.env['CELERIAC_KILLS'] ?? (LONG ? 11 : 1));
/** Processes that work, and die, at the same time. */
const PLACES = 2;
/** Messages on their way at any time. */
const AT_ONCE = 8;
const LONGEST_END = 120_000;
const LONGEST_RUN = 3_600_000;

/** With tasks in the database of the messages nothing is published: the call is stored before the commit. */
const death = (point: SenderPoint, kind: 'redis' | 'postgres'): DoomedSend['dies'] =>
  ({
    insert: 'after the insert',
    commit: 'after the commit',
    enqueue: kind === 'redis' ? 'while it is published' : 'before the commit',
  })[point] as DoomedSend['dies'];

/** Every process that takes part in a message is killed at every point, and what came of it is compared with the server's files. */
export function kills(kind: 'redis' | 'postgres'): void {
  describe(`messages whose processes are killed at every point, with tasks on ${kind} (seed ${SEED})`, () => {
    let office: PostOffice;
    let fates: Fate[] = [];
    const deaths: Death[] = [];
    const senderDeaths: SenderPoint[] = [];
    // The long run takes all of them on each broker; the short one shares them out.
    const points = WORKER_POINTS.filter((_, index) => LONG || index % 2 === (kind === 'redis' ? 0 : 1));
    beforeAll(async () => {
      office = await PostOffice.open(kind);
    });
    afterAll(() => office?.close());

    it(
      `come to an end, each of them`,
      async () => {
        const chance = new Chance(SEED, kind);
        const plan = Array.from({ length: ROUNDS }, () => chance.shuffled(points)).flat();
        let working = true;
        await Promise.all([
          keepMessagesComing(office, () => working),
          killSenders(office, ROUNDS, senderDeaths),
          killWorkers(office, plan, deaths).finally(() => (working = false)),
        ]);
        const place = await office.workers();
        const survivor = await place.survivor();
        try {
          await until(async () => (await office.unfinished()) === 0, LONGEST_END);
        } finally {
          survivor.kill('SIGKILL');
          await place.close();
          fates = await office.fates();
        }
      },
      LONGEST_RUN,
    );

    it('are lost in no case, and sent twice in none that was not asked for', () => {
      process.stdout.write(
        `${table(kind, office.serverIsOurs, senderDeaths, deaths, fates, office.lastWords.entries())}\n`,
      );
      expect(fates.length).toBeGreaterThan(0);
      expect(fates.filter(({ status }) => status !== 'sent' && status !== 'unknown')).toEqual([]);
      const lost = fates.filter(({ status, copies }) => status === 'sent' && copies.length === 0);
      expect(lost).toEqual([]);
      const held = fates.filter(({ messageClass }) => messageClass === 'held');
      expect(held.filter(({ copies }) => copies.length > 1)).toEqual([]);
      const urgent = fates.filter(({ messageClass }) => messageClass === 'urgent');
      expect(urgent.filter(({ status }) => status !== 'sent')).toEqual([]);
      // Twice only what had been handed over, and then with the same Date, too.
      expect(urgent.filter(({ copies, wasUnknown }) => copies.length > 1 && !wasUnknown)).toEqual([]);
      for (const { copies } of urgent)
        expect(new Set(copies.map(({ date }) => date)).size).toBeLessThanOrEqual(1);
    });

    it('died where they were to', () => {
      const struck = deathsByPoint(deaths);
      for (const point of points) expect([point, struck.get(point) ?? 0]).not.toEqual([point, 0]);
      expect(new Set(senderDeaths)).toEqual(new Set(SENDER_POINTS));
    });
  });
}

async function keepMessagesComing(office: PostOffice, working: () => boolean): Promise<void> {
  for (let number = 0; working();) {
    // As long as it takes: whoever takes a message up is killed with it.
    await until(async () => !working() || (await office.unfinished()) < AT_ONCE, LONGEST_RUN);
    if (working()) await office.send(number++);
  }
}

async function killSenders(office: PostOffice, rounds: number, deaths: SenderPoint[]): Promise<void> {
  const app = { ...office.app, tasks: { ...office.app.tasks, worker: false } };
  for (let round = 0; round < rounds; round++) {
    for (const point of SENDER_POINTS) {
      const email = {
        to: `s${round}-${point}@example.com`,
        subject: point,
        text: 'Hi',
        messageClass: round % 2 === 0 ? 'held' : 'urgent',
      };
      await MailProcess.doomedSender({ app, email, dies: death(point, office.kind) });
      deaths.push(point);
    }
  }
}

async function killWorkers(office: PostOffice, points: WorkerPoint[], deaths: Death[]): Promise<void> {
  const left = [...points];
  const places = await Promise.all(Array.from({ length: PLACES }, () => office.workers()));
  await Promise.all(
    places.map(async (place) => {
      for (let point = left.pop(); point !== undefined; point = left.pop())
        deaths.push(await place.sacrifice(point));
      await place.close();
    }),
  );
}
