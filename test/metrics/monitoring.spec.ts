import { readFile } from 'node:fs/promises';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmailModule, EmailService } from '../../src/email/index.js';
import { OLDEST_PENDING, OPEN_ROWS } from '../../src/email/metrics/outbox-metrics.sql.js';
import { TransactionalTasksModule } from '../../src/typeorm/index.js';
import { newNamespace } from '../conformance/variant.js';
import { dataSourceOptions } from '../email/support/data-source-options.js';
import { SmtpPeer } from '../email/support/smtp-peer.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { MeasuredTasks } from './support/measured-tasks.js';
import { MetricsApp } from './support/metrics-app.js';
import { parsePromql } from './support/promql.js';
import type { Scrape } from './support/scrape.js';

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

/** Labels that Prometheus adds itself. */
const OF_PROMETHEUS = ['job', 'instance'];
const document = (name: string) =>
  readFile(new URL(`../../../docs/monitoring/${name}`, import.meta.url), 'utf8');

const dashboard = JSON.parse(await document('grafana-dashboard.json')) as {
  panels: Panel[];
  templating: { list: { query: string | { query: string } }[] };
};
const rules = await document('alert-rules.yml');

const ofDashboard = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr, legendFormat }) => ({ where: title, expr, legendFormat })),
);
const ofRules = rules
  .split('- alert: ')
  .slice(1)
  .map((rule) => ({
    where: rule.split('\n', 1)[0] ?? '',
    expr: /^ +expr: (.+)$/m.exec(rule)?.[1] ?? '',
    legendFormat: /^ +summary: '(.+)'$/m.exec(rule)?.[1]?.replaceAll('$labels.', '') ?? '',
  }));

describe('what docs/monitoring asks for', () => {
  const peer = new SmtpPeer();
  let database: TestDatabase;
  let app: MetricsApp;
  let scrape: Scrape;

  beforeAll(async () => {
    await peer.start();
    database = await createTestDatabase();
    app = await MetricsApp.start({
      tasks: {
        broker: { type: 'postgres', url: database.url },
        namespace: newNamespace(),
        queues: { default: {}, email: {} },
        worker: true,
      },
      providers: [MeasuredTasks],
      imports: [
        TypeOrmModule.forRoot(dataSourceOptions(database.url)),
        TransactionalTasksModule.forRoot(),
        EmailModule.forRoot({ from: 'App <app@example.com>', transport: `smtp://127.0.0.1:${peer.port}` }),
      ],
    });
    const emails = app.get(EmailService);
    peer.script.rcptTo = (address) =>
      address.startsWith('no') ? { code: 550, text: '5.1.1 no such user' } : undefined;
    await emails.send({ to: 'a@example.com', subject: 'x', text: 'x' });
    await emails.send({ to: 'no@example.com', subject: 'x', text: 'x' });
    await emails.send({
      to: 'a@example.com',
      subject: 'x',
      text: 'x',
      sendAt: new Date(Date.now() + 3_600_000),
    });
    await app.service.call('measured.wrong', ['BadPicture', 'x'], { queue: 'default' });
    const again = await app.service.call('measured.again', [], { queue: 'default' });
    await again.get({ timeout: '60s' });
    await until(async () => {
      scrape = await app.scrape();
      return (
        scrape.sum('celeriac_email_attempts_total', { outcome: 'sent' }) === 1 &&
        scrape.sum('celeriac_email_attempts_total', { outcome: 'failed' }) === 1 &&
        scrape.sum('celeriac_task_failed_total') === 1
      );
    });
  });
  afterAll(async () => {
    await app.close(false);
    await database.drop();
    await peer.stop();
  });

  it('is read to the last label', () => {
    expect(
      parsePromql('max by (a) (x{b=~"c"}) > 0 unless on (d) sum by (e) (rate(y{f="g",h!="i"}[5m]))'),
    ).toEqual({
      selectors: [
        { metric: 'x', matchers: [{ label: 'b', operator: '=~', value: 'c' }] },
        {
          metric: 'y',
          matchers: [
            { label: 'f', operator: '=', value: 'g' },
            { label: 'h', operator: '!=', value: 'i' },
          ],
        },
      ],
      groupedBy: ['a', 'd', 'e'],
    });
    expect(() => parsePromql('sum by (a) (rate(x[5m])')).toThrow('no PromQL');
  });

  it('is a dashboard and rules', () => {
    expect(ofDashboard.length).toBeGreaterThan(30);
    expect(ofRules.length).toBeGreaterThan(10);
    expect(ofRules.every(({ expr, legendFormat }) => expr !== '' && legendFormat !== '')).toBe(true);
  });

  it.each([...ofDashboard, ...ofRules])('can be had: $where: $expr', ({ expr, legendFormat }) => {
    const { selectors, groupedBy } = parsePromql(
      expr.replaceAll('$__rate_interval', '5m').replaceAll(/"\$\w+"/g, '".*"'),
    );
    expect(selectors.length).toBeGreaterThan(0);
    const labels = new Set(OF_PROMETHEUS);
    for (const { metric, matchers } of selectors) {
      const samples = scrape.samples(metric);
      expect(samples).not.toEqual([]);
      for (const sample of samples) for (const label of Object.keys(sample.labels)) labels.add(label);
      for (const { label, operator, value } of matchers) {
        expect(['=', '=~']).toContain(operator);
        const wanted = new RegExp(`^(?:${value})$`);
        const values = samples.flatMap((sample) => sample.labels[label] ?? []);
        expect(values).toContainEqual(expect.stringMatching(wanted));
      }
    }
    const shown = [...legendFormat.matchAll(/\{\{ ?(\w+) ?\}\}/g)].map(([, label]) => label ?? '');
    for (const label of [...groupedBy, ...shown]) expect([...labels]).toContain(label);
    for (const label of shown) expect([...groupedBy]).toContain(label);
  });

  it('has variables that can be had', () => {
    for (const { query } of dashboard.templating.list) {
      if (typeof query === 'string') continue;
      const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(query.query) ?? [];
      expect(scrape.samples(metric).some(({ labels }) => label in labels)).toBe(true);
    }
  });

  it('leaves nothing out that is measured', () => {
    const asked = [...ofDashboard, ...ofRules].map(({ expr }) => expr).join('\n');
    const unasked = [...scrape.families.keys()].filter((name) => !asked.includes(name));
    expect(unasked).toEqual([]);
  });

  it('is told of in docs/metrics.md, by name', async () => {
    const told = await document('../metrics.md');
    const untold = [...scrape.families.keys()].filter((name) => !new RegExp(`\`${name}[{\`]`).test(told));
    expect(untold).toEqual([]);
  });

  it('is what the outbox holds, without reading all of it', async () => {
    expect(scrape.sum('celeriac_email_outbox_rows', { status: 'pending' })).toBe(1);
    // One that is to be sent in an hour is not due.
    expect(scrape.sum('celeriac_email_outbox_oldest_pending_seconds')).toBe(0);
    const db = app.get(DataSource);
    await db.query(`
      INSERT INTO email_message (id, from_address, subject, message_id, date, status, email_has_been_sent, sent_on, finished_on)
      SELECT gen_random_uuid(), 'a@example.com', 'x', 'x', now(), 'sent', true, now(), now() FROM generate_series(1, 20000)`);
    await db.query('ANALYZE email_message');
    for (const statement of [OPEN_ROWS, OLDEST_PENDING]) {
      const plan = await db.query<{ 'QUERY PLAN': string }[]>(`EXPLAIN ${statement}`);
      const text = plan.map((row) => row['QUERY PLAN']).join('\n');
      expect(text).toContain('email_message_unsent');
      expect(text).not.toContain('Seq Scan on email_message');
    }
  });
});
