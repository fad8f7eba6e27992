import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import type { Fixture } from '../support/use-arrangement.js';

const TRANSACTIONS = 1_000;
const CONNECTIONS = 8;

export function counting(f: Fixture): void {
  describe('counting', () => {
    it('of 1,000 transactions on 8 connections those that commit run their call, each once, and no other', async () => {
      const numbers = Array.from({ length: TRANSACTIONS }, (_, n) => n);
      const commits = (n: number) => n % 7 < 4;
      const keys = numbers.map(() => f.key());
      const left = [...numbers];
      const transact = async () => {
        for (let n = left.shift(); n !== undefined; n = left.shift()) {
          const key = keys[n] ?? '';
          await (commits(n) ? f.commit : f.rollBack)((transaction) =>
            f.tasks.echo.within(transaction).delay(key),
          );
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, transact));

      const committed = keys.filter((_key, n) => commits(n));
      const mine = new Set(keys);
      const ran = () => f.journal.entries.map(({ key }) => key).filter((key) => mine.has(key));
      await until(() => new Set(ran()).size >= committed.length);
      await f.published('default');
      expect(ran().toSorted()).toEqual(committed.toSorted());
    });
  });
}
