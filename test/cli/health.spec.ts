import { describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';
import { Application } from './support/application.js';
import { Command } from './support/command.js';
import { run, runWithout } from './support/run.js';

const health = (...args: string[]) => Command.run(['health', ...args]);

describe('celeriac worker --health-port', () => {
  it('tells whether its processes work; it lives whatever becomes of them', async () => {
    const app = await Application.start('redis');
    const command = app.worker('--health-port', '0');
    await command.wrote(/Serves \/health\/live, .* at http:\S+/);
    const base = `${/at (http:\S+)/.exec(command.output)?.[1]}/health`;
    const probe = async (name: string) => {
      const response = await fetch(`${base}/${name}`);
      return { status: response.status, body: (await response.json()) as { problems?: string[] } };
    };
    // Before any process is.
    expect((await probe('live')).status).toBe(200);
    await command.ready();
    await until(async () => (await probe('ready')).status === 200);
    expect((await probe('startup')).status).toBe(200);
    const asked = health('--url', base);
    expect(await asked.exited).toBe(0);
    expect(asked.stdout).toMatch(/^200 .*"ok"/);

    await app.breaks(true);
    process.kill(command.workers.at(-1) ?? 0, 'SIGKILL');
    await until(async () => (await probe('ready')).status === 503);
    expect((await probe('ready')).body.problems?.[0]).toMatch(/^worker 1 is (starting|not there)$/);
    expect((await probe('live')).status).toBe(200);
    expect((await probe('startup')).status).toBe(200);
    const unwell = health('ready', '--url', base);
    expect(await unwell.exited).toBe(1);
    await unwell.closed;
    expect(unwell.stdout).toMatch(/^503 .*worker 1/);

    await app.breaks(false);
    await until(async () => (await probe('ready')).status === 200, 60_000);
    expect(await command.stop()).toBe(0);
  });
});

describe('celeriac health', () => {
  it('one that does not answer is not well', async () => {
    const url = `http://127.0.0.1:${await freePort()}/health`;
    const asked = health('live', '--url', url);
    expect(await asked.exited).toBe(1);
    await asked.closed;
    expect(asked.stdout).toMatch(new RegExp(`${url}/live does not answer: .*ECONNREFUSED`));
  });

  it('loads neither Nest nor a broker: it is asked for every few seconds', async () => {
    const absent = ['@nestjs/common', '@nestjs/core', 'bullmq'];
    const { code, output } = await runWithout(absent, ['health', '--help']);
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('Usage: celeriac health') as unknown,
    });
    expect((await runWithout(absent, ['failed', '--help'])).output).toContain(
      "Cannot find package '@nestjs/",
    );
  });

  it.each([
    [['healthy'], /name one of live, ready, startup, tasks/],
    [['--url', 'localhost'], /--url.*Write http/s],
    [['--timeout', '5'], /--timeout.*duration/s],
  ])('%j is refused', async (args, message) => {
    const { code, output } = await run(['health', ...args]);
    expect(code).toBe(2);
    expect(output).toMatch(message);
  });
});
