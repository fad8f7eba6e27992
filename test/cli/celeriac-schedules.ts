import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScheduleInfo, Schedules, TasksService, type TasksModuleOptions } from '../../src/index.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { ReportTasks } from './support/report-tasks.js';
import { appEnvironment } from './support/app-settings.js';
import { run } from './support/run.js';

const APP = fileURLToPath(new URL('./fixtures/schedules-app.js', import.meta.url));

/** What holds of `celeriac schedules`, on either broker. */
export function celeriacSchedules(kind: Variant['broker']): void {
  describe.sequential(`celeriac schedules on ${kind}`, () => {
    const broker = brokerOptions({ broker: kind, lying: false });
    const options: TasksModuleOptions = { broker, namespace: newNamespace() };
    let app: TestApp;

    const celeriac = (...args: string[]) =>
      run(['schedules', ...args, '--app', APP], {
        ...appEnvironment({ options, journal: '', broken: '' }),
        TZ: 'America/New_York',
      });

    beforeAll(async () => {
      app = await bootApp({ ...options, worker: true }, [ReportTasks]);
      await app.get(Schedules).upsert('weekly', {
        task: 'reports.make',
        when: '0 8 * * 1',
        with: ['week\u001b[31m'],
      });
    });
    afterAll(async () => {
      await app.close();
      await eraseNamespace(broker, options.namespace ?? '');
    });

    it('lists all, on the clock of whoever looks, and is no scheduler itself', async () => {
      const { code, stdout, output } = await celeriac();
      expect(output).not.toMatch(/Firing schedules/);
      expect(code).toBe(0);
      const [head = '', nightly = '', weekly = ''] = stdout.trimEnd().split('\n');
      expect(head).toMatch(/^ID +OWNER +STATE +LAST +OUTCOME +NEXT +WHEN +TASK$/);
      expect(nightly).toMatch(
        /^nightly +code +active +- +- +\S+-0[45]:00 +At 03:00 AM, Europe\/Berlin +reports\.make$/,
      );
      expect(weekly).toMatch(/^weekly +run time +active .* At 08:00 AM, only on Monday, UTC +reports\.make$/);
    });

    it('shows one, in the zone that is asked for; as JSON for a program', async () => {
      const [page, json] = await Promise.all([
        celeriac('show', 'nightly', '--tz', 'Europe/Berlin'),
        celeriac('show', 'weekly', '--json'),
      ]);
      expect(page.code).toBe(0);
      expect(page.stdout.match(/T03:00:00\+0[12]:00/g)).toHaveLength(5);
      expect(page.stdout).toMatch(/arguments +\["all"\]/);
      const info = JSON.parse(json.stdout) as ScheduleInfo;
      expect(info).toMatchObject({ id: 'weekly', owner: 'run time', next: expect.any(Array) as string[] });
      expect(json.stdout).not.toContain('\u001b');
    });

    it('pauses, resumes, and runs one now', async () => {
      const paused = await celeriac('pause', 'nightly');
      expect(paused.stdout).toMatch(/state +paused/);
      expect((await app.get(Schedules).get('nightly'))?.state).toBe('paused');
      const ran = await celeriac('run', 'nightly');
      expect(ran.stdout).toMatch(/last +\S+ \w+ default\.schedule\.nightly\.\S+/);
      const call = (await app.get(Schedules).get('nightly'))?.last?.call ?? '';
      expect(await app.get(TasksService).result(call).get({ timeout: '15s' })).toBe('all');
      expect((await celeriac('resume', 'nightly')).stdout).toMatch(/state +active/);
    });

    it('says what it does not know, and how to use it', async () => {
      const [unknown, none, zone, help] = await Promise.all([
        celeriac('pause', 'nobody'),
        celeriac('show'),
        celeriac('list', '--tz', 'Berlin'),
        run(['schedules', '--help']),
      ]);
      expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining('"nobody"') as string });
      expect(none).toMatchObject({ code: 2, output: expect.stringContaining('name one id') as string });
      expect(zone).toMatchObject({ code: 2, output: expect.stringContaining('Europe/Berlin') as string });
      expect(help).toMatchObject({ code: 0, stdout: expect.stringMatching(/pause.*resume/s) as string });
    });
  });
}
