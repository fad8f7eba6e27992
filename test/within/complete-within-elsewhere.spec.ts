import { afterAll, describe, expect, it } from 'vitest';
import { CompleteWithinUnavailableError } from '../../src/index.js';
import type { TestApp } from '../conformance/test-app.js';
import { TypeOrmModule } from '@nestjs/typeorm';
import { type Arrangement, createPlace, dataSourceOptions, type Place } from './support/arrangement.js';
import { bootIn, bootTransactional } from './support/boot.js';
import { ScriptCallers, ScriptedTasks, Scripts } from './support/scripted-tasks.js';

describe('completeWithin() where the broker is not in the database of the transaction', () => {
  const places: Place[] = [];
  afterAll(async () => {
    for (const place of places) await place.erase();
  });

  const refusal = async (
    arrangement: Arrangement,
    boot: (place: Place, scripts: Scripts) => Promise<TestApp>,
  ) => {
    const place = await createPlace(arrangement);
    places.push(place);
    const scripts = new Scripts();
    const app = await boot(place, scripts);
    let refused: unknown;
    scripts.set('key', async ({ task, db }) => {
      await db.transaction(async (transaction) => {
        refused = await task.completeWithin(transaction).catch((error: unknown) => error);
        await transaction.query('SELECT 1');
      });
      return 'the transaction goes on';
    });
    const result = await app.get(ScriptCallers).tasks.scripted.delay('key');
    expect(await result.get()).toBe('the transaction goes on');
    await app.close();
    return refused;
  };
  const providers = (scripts: Scripts) => [
    ScriptedTasks,
    ScriptCallers,
    { provide: Scripts, useValue: scripts },
  ];

  it.each<[Arrangement, RegExp]>([
    ['Redis', /this broker \(redis\) is not/],
    ['another database', /this broker \(postgres\) is not/],
  ])('with the broker in %s it is refused, and says why', async (arrangement, message) => {
    const refused = await refusal(arrangement, (place, scripts) =>
      bootTransactional(place, { worker: true }, providers(scripts)),
    );
    expect(refused).toBeInstanceOf(CompleteWithinUnavailableError);
    expect((refused as Error).message).toMatch(message);
  });

  it('without TransactionalTasksModule it is refused, and names it', async () => {
    const refused = await refusal('the same database', (place, scripts) =>
      bootIn(place, { worker: true }, providers(scripts), [
        TypeOrmModule.forRoot(dataSourceOptions(place.databaseUrl)),
      ]),
    );
    expect(refused).toBeInstanceOf(CompleteWithinUnavailableError);
    expect((refused as Error).message).toMatch(/TransactionalTasksModule is not imported/);
  });
});
