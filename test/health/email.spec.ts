import { TypeOrmModule } from '@nestjs/typeorm';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DataSource } from 'typeorm';
import { EmailModule, EmailService } from '../../src/email/index.js';
import { HealthIndicators } from '../../src/health/index.js';
import type { TasksModuleOptions } from '../../src/index.js';
import { TransactionalTasksModule } from '../../src/typeorm/index.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { dataSourceOptions } from '../email/support/data-source-options.js';
import { ScriptedSmtp } from '../email/support/scripted-smtp.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { until } from '../support/until.js';
import { QUICK } from './support/quick.js';
import { WatchedApp } from './support/watched-app.js';

const broker = brokerOptions({ broker: 'redis', lying: false });

const outboxModules = (databaseUrl: string, smtpPort: number) => [
  TypeOrmModule.forRoot(dataSourceOptions(databaseUrl)),
  TransactionalTasksModule.forRoot(),
  EmailModule.forRoot({
    from: 'App <app@example.com>',
    transport: `smtp://127.0.0.1:${smtpPort}`,
    smtpCheckInterval: '300ms',
    sweepInterval: '200ms',
  }),
];

/** The outbox in a Postgres that the suite may break, the broker elsewhere. */
describe('watching the outbox', () => {
  const namespace = newNamespace();
  const smtp = new ScriptedSmtp();
  let postgres: OwnPostgres;
  let app: WatchedApp;

  beforeAll(async () => {
    await smtp.start();
    postgres = await OwnPostgres.start();
    const tasks = {
      broker,
      namespace,
      queues: { email: {}, default: {} },
      worker: { heartbeat: '700ms' as const },
    };
    app = await WatchedApp.start(
      tasks,
      { ...QUICK, token: 'secret' },
      outboxModules(postgres.url, smtp.port),
      {
        authorization: 'Bearer secret',
      },
    );
    await app.well();
  });

  afterAll(async () => {
    await app?.close();
    await postgres?.stop();
    await smtp.stop();
    await eraseNamespace(broker, namespace);
  });

  it('shows what there is, to those who hold the token', async () => {
    const { body } = await app.probe('tasks');
    expect(body.details).toMatchObject({
      database: { state: 'up', version: expect.stringMatching(/^\d/) },
      dispatcher: { waiting: 0, lag: 0 },
      outbox: { oldest: 0, leases: 0, breakers: [] },
      undecided: { unknown: 0 },
      smtp: { servers: 1, down: [] },
    });
    for (const authorization of ['', 'Bearer secretive', 'Basic secret']) {
      const refused = await app.probe('tasks', { authorization });
      expect(refused.status).toBe(401);
      expect(JSON.stringify(refused.body)).not.toContain('outbox');
    }
    expect((await app.probe('ready', { authorization: '' })).body.details).toEqual({
      broker: { status: 'up', state: 'up' },
      worker: { status: 'up', state: 'up' },
      database: { status: 'up', state: 'up' },
    });
  });

  it('its indicators can be used one by one', async () => {
    const indicators = app.get(HealthIndicators);
    expect(await indicators.check('smtp')).toEqual({
      smtp: { status: 'up', state: 'up', servers: 1, down: [] },
    });
    await expect(indicators.check('nothing')).rejects.toThrow(/There are broker, workers/);
  });

  it('the SMTP server goes down', async () => {
    await app.onlyDown(
      'smtp',
      /no SMTP server can be reached/,
      async () => {
        await smtp.stop();
        await app.get(EmailService).send({ to: 'a@example.com', subject: 'Hello', text: 'Hi' });
      },
      async () => {
        expect(await app.are('unknown')).toEqual(['outbox']);
        await smtp.start();
      },
    );
  });

  it('the database goes down', async () => {
    let bringBack: () => void = () => undefined;
    const repaired = new Promise<void>((resolve) => (bringBack = resolve));
    let outage: Promise<void> | undefined;
    // It may be seen to be down before it has ended.
    const takeAway = () => void (outage = postgres.restart(() => repaired));
    await app.onlyDown('database', /it does not answer/, takeAway, async () => {
      expect((await app.are('unknown')).toSorted()).toEqual(['dispatcher', 'outbox', 'undecided']);
      expect((await app.probe('ready', { authorization: '' })).status).toBe(503);
      bringBack();
      await outage;
    });
  });

  it('a message that waits for a decision is not red, and is told', async () => {
    const database = app.get(DataSource);
    const { id } = await app.get(EmailService).send({ to: 'b@example.com', subject: 'Hello', text: 'Hi' });
    await until(async () => (await app.get(EmailService).get(id))?.status === 'sent');
    const set = (status: string, sent: boolean) =>
      database.query(
        `UPDATE email_message SET status = $2, email_has_been_sent = $3, finished_on = CASE WHEN $3 THEN now() END WHERE id = $1`,
        [id, status, sent],
      );
    await set('unknown', false);
    await until(async () => (await app.are('degraded')).includes('undecided'));
    expect((await app.probe('tasks')).body.details['undecided']?.message).toMatch(/1 message nobody knows/);
    expect((await app.probe('tasks')).status).toBe(200);
    await until(() => app.events.some(({ key, to }) => key === 'undecided' && to === 'degraded'));
    await set('sent', true);
    await app.well();
  });
});

describe('watching the outbox, with the broker in the same Postgres', () => {
  it('the server goes down: of broker and database the broker is red, for it is one cause', async () => {
    const smtp = await new ScriptedSmtp().start();
    const postgres = await OwnPostgres.start();
    onTestFinished(async () => {
      await postgres.stop();
      await smtp.stop();
    });
    const tasks: TasksModuleOptions = {
      broker: { type: 'postgres', url: postgres.url },
      namespace: newNamespace(),
      queues: { email: {}, default: {} },
      worker: { heartbeat: '700ms' },
    };
    const app = await WatchedApp.start(tasks, QUICK, outboxModules(postgres.url, smtp.port));
    onTestFinished(() => app.close());
    await app.well();
    let bringBack: () => void = () => undefined;
    const repaired = new Promise<void>((resolve) => (bringBack = resolve));
    let outage: Promise<void> | undefined;
    // It may be seen to be down before it has ended.
    const takeAway = () => void (outage = postgres.restart(() => repaired));
    await app.onlyDown('broker', /it does not answer/, takeAway, async () => {
      expect(await app.are('unknown')).toEqual(
        expect.arrayContaining(['database', 'dispatcher', 'outbox', 'workers']),
      );
      bringBack();
      await outage;
    });
  });
});
