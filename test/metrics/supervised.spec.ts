import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { APP, Application } from '../cli/support/application.js';
import { run, runWithoutPackages } from '../cli/support/run.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';
import { MeasuredWorkers } from './support/measured-workers.js';

describe('celeriac worker --metrics-port', () => {
  it('shows what all processes and their children did, to the call, also after one of them was killed', async () => {
    const workers = await MeasuredWorkers.start([
      '--processes',
      '2',
      '--pool',
      'prefork',
      '--concurrency',
      '2',
    ]);
    const [first = 0] = await workers.command.ready(2);
    await workers.run('calling', 60);
    await workers.run('failing', 5);
    const counts = async () => {
      const scrape = await workers.scrape();
      const of = (name: string, task: string) => scrape.sum(`celeriac_task_${name}_total`, { task });
      return {
        calling: of('succeeded', 'calling'),
        // By code in child processes.
        sent: of('sent', 'called'),
        called: of('succeeded', 'called'),
        ran: scrape.sum('celeriac_task_runtime_seconds_count', { task: 'calling' }),
        retried: scrape.sum('celeriac_task_retried_total', { task: 'failing', exception: 'RangeError' }),
        failed: of('failed', 'failing'),
        active: scrape.sum('celeriac_worker_tasks_active'),
        processes: scrape.sum('celeriac_worker_processes'),
      };
    };
    const ran = (times: number) => ({
      calling: 60 * times,
      sent: 60 * times,
      called: 60 * times,
      ran: 60 * times,
      retried: 5,
      failed: 5,
      active: 0,
      processes: 2,
    });
    await until(async () => (await workers.total('succeeded', 'called')) === 60);
    expect(await counts()).toEqual(ran(1));
    // What two processes see of one queue is not twice as much.
    const scrape = await workers.scrape();
    expect(scrape.sum('celeriac_queue_length', { queue: 'default', state: 'failed' })).toBeLessThanOrEqual(5);
    expect(scrape.sum('celeriac_broker_up')).toBe(1);

    process.kill(first, 'SIGKILL');
    await workers.command.ready(3);
    await workers.run('calling', 60);
    await until(async () => (await workers.total('succeeded', 'called')) === 120);
    expect(await counts()).toEqual(ran(2));
    expect(await workers.command.stop()).toBe(0);
  });

  it('never counts backwards, whatever becomes of its processes', async () => {
    const workers = await MeasuredWorkers.start(['--processes', '2']);
    const [first = 0, second = 0] = await workers.command.ready(2);
    let last = 0;
    await workers.run('calling', 20);
    await until(async () => (await workers.total('succeeded')) === 40);
    process.kill(first, 'SIGKILL');
    const ready = workers.command.ready(3);
    for (let over = false; !over;) {
      over = await Promise.race([ready.then(() => true), workers.total('succeeded').then(() => false)]);
      const now = await workers.total('succeeded');
      expect(now).toBeGreaterThanOrEqual(last);
      last = now;
    }
    expect(last).toBe(40);

    // What nobody has asked for yet is known of processes that do not answer, too.
    const [, , third = 0] = await ready;
    await workers.run('calling', 20);
    const send = (signal: NodeJS.Signals) => [second, third].forEach((pid) => process.kill(pid, signal));
    await until(async () => {
      // They say so within a quarter of a second, unless they are stopped all the time.
      await sleep(1_000);
      send('SIGSTOP');
      const began = performance.now();
      const scrape = await workers.scrape();
      send('SIGCONT');
      expect(performance.now() - began).toBeLessThan(5_000);
      expect(scrape.sum('celeriac_worker_processes')).toBeUndefined();
      return scrape.sum('celeriac_task_succeeded_total') === 80;
    });
    await until(async () => (await workers.scrape()).sum('celeriac_worker_processes') === 2);
    expect(await workers.total('succeeded')).toBe(80);
  });

  it('wants its token, if it has one, and answers no other path', async () => {
    const workers = await MeasuredWorkers.start([], { CELERIAC_TOKEN: 'a-long-token' });
    await workers.command.ready();
    await expect(workers.scrape()).rejects.toThrow('401');
    await expect(workers.scrape({ Authorization: 'Bearer another' })).rejects.toThrow('401');
    const scrape = await workers.scrape({ Authorization: 'Bearer a-long-token' });
    expect(scrape.sum('celeriac_worker_processes')).toBe(1);
    expect((await fetch(new URL('/', workers.url))).status).toBe(404);
    expect((await fetch(workers.url, { method: 'POST' })).status).toBe(405);
  });

  it('says what it needs', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const taken = String((server.address() as AddressInfo).port);
    const port = ['--metrics-port', '9464'];
    const app = await Application.start('redis');
    const command = app.worker('--metrics-port', String(await freePort()));
    const [open, name, bare, late, code] = await Promise.all([
      run(['worker', '--app', APP, ...port, '--host', '0.0.0.0'], { CELERIAC_TOKEN: '' }),
      run(['worker', '--app', APP, ...port, '--host', 'example.com']),
      runWithoutPackages(['worker', '--app', APP, ...port]),
      run(['worker', '--app', APP, '--metrics-port', taken]),
      command.exited,
    ]);
    expect(open).toMatchObject({
      code: 2,
      output: expect.stringContaining('Set CELERIAC_TOKEN.') as unknown,
    });
    expect(name).toMatchObject({ code: 2, output: expect.stringContaining('Give an address') as unknown });
    expect(bare.output).toBe(
      'Metrics needs the package "prom-client", which is not installed. Run: npm install prom-client\n',
    );
    expect(late.output).toContain(`The supervisor cannot listen on 127.0.0.1:${taken}`);
    expect(code).toBe(1);
    await command.wrote('--metrics-port needs MetricsModule, which the module of ');
  });
});
