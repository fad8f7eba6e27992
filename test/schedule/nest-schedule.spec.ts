import { Injectable } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry, Timeout } from '@nestjs/schedule';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HealthModule } from '../../src/health/index.js';
import { Housekeeping } from '../../src/tasks/housekeeping/housekeeping.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';

@Injectable()
class OwnWork {
  runs = 0;

  @Timeout('own', 10)
  run(): void {
    this.runs++;
  }
}

const HEALTH = 'celeriac.health';
const CHORES = ['celeriac.retention', HEALTH];

async function boot(imports: ReturnType<typeof ScheduleModule.forRoot>[]): Promise<TestApp> {
  const broker = brokerOptions({ broker: 'redis', lying: false });
  const namespace = newNamespace();
  const health = HealthModule.forRoot({ controller: false, canary: false, interval: '100ms' });
  const app = await bootApp({ broker, namespace, worker: true }, [OwnWork], undefined, [...imports, health]);
  onTestFinished(async () => {
    await app.close();
    await eraseNamespace(broker, namespace);
  });
  return app;
}

const lastLook = (app: TestApp): number =>
  app
    .get<Housekeeping>(Housekeeping)
    .all()
    .find(({ id }) => id === HEALTH)?.at ?? 0;

const looksAgain = async (app: TestApp): Promise<void> => {
  const last = lastLook(app);
  await until(() => lastLook(app) > last);
};

/** As many rounds of another chore, which comes as often as that of health. */
async function rounds(app: TestApp, count: number): Promise<void> {
  let done = 0;
  const another = { id: 'another', about: 'counts', every: 100, within: 0, jitter: 0 };
  const chore = app.get<Housekeeping>(Housekeeping).start(another, async () => done++);
  await until(() => done > count);
  await chore.stop();
}

describe('an application with ScheduleModule of @nestjs/schedule', () => {
  it("finds the package's own work in its registry, and can end it there", async () => {
    const app = await boot([ScheduleModule.forRoot()]);
    const registry = app.get<SchedulerRegistry>(SchedulerRegistry);
    expect(registry.getIntervals()).toEqual(expect.arrayContaining(CHORES));
    await looksAgain(app);
    registry.deleteInterval(HEALTH);
    // A look that was under way ends.
    await rounds(app, 2);
    const last = lastLook(app);
    await rounds(app, 5);
    expect(lastLook(app)).toBe(last);
    await app.close();
    expect(registry.getIntervals()).toEqual([]);
  });

  it('has its own work done once: nobody explores it a second time', async () => {
    const app = await boot([ScheduleModule.forRoot()]);
    const own = app.get<OwnWork>(OwnWork);
    await until(() => own.runs > 0);
    await rounds(app, 1);
    expect(own.runs).toBe(1);
  });
});

describe('an application without it', () => {
  it('has the same work done, and nothing of its own', async () => {
    const app = await boot([]);
    await looksAgain(app);
    expect(app.get<OwnWork>(OwnWork).runs).toBe(0);
  });
});
