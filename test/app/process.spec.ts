import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Api } from './api.js';
import { AppProcess, DataDirectory } from './app-process.js';
import { SmtpRecorder } from './smtp-recorder.js';

describe('the process of the application', () => {
  let directory: DataDirectory;
  const processes: AppProcess[] = [];
  const start = (env: Record<string, string> = {}) => {
    const app = new AppProcess({ PORT: '0', DATA_DIR: directory.path, ...env });
    processes.push(app);
    return app;
  };

  beforeEach(async () => void (directory = await DataDirectory.create()));
  afterEach(async () => {
    for (const app of processes.splice(0)) await app[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  it('names every bad variable and exits with 1, before it touches anything', async () => {
    const { code, output } = await start({ PORT: 'http', DATABASE_URL: 'mysql://u:hunter2@db/app' }).ended();
    expect(code).toBe(1);
    expect(output).toMatch(/PORT="http" is not a port/);
    expect(output).toMatch(/DATABASE_URL="mysql:\/\/…@db\/app" is not a Postgres URL/);
    expect(output).not.toMatch(/hunter2|\bat .*\.js:\d+/);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('says that its port is taken, exits with 1, and leaves no Postgres behind', async () => {
    const taken = createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    try {
      const { code, output } = await start({ PORT: String((taken.address() as AddressInfo).port) }).ended();
      expect(code).toBe(1);
      expect(output).toMatch(/PORT and HOST: .*EADDRINUSE.* Set PORT/);
      expect(await postmasters(directory)).toEqual([]);
    } finally {
      taken.close();
    }
  });

  it('refuses a namespace that would hide its tables behind those of the queues', async () => {
    const { code, output } = await start({ NAMESPACE: 'postgres' }).ended();
    expect(code).toBe(1);
    expect(output).toMatch(/namespace "postgres" is the name of the database user, too.*Choose another/);
  });

  it('listens on loopback only while it has no token, says so, and refuses requests for another host', async () => {
    const app = start();
    const url = await app.url();
    expect(new URL(url).hostname).toBe('127.0.0.1');
    expect(app.output).toMatch(/from this machine only, without a token/);
    expect((await new Api(url).get('/emails')).status).toBe(200);
    expect(await statusFor(`${url}/emails`, 'localhost')).toBe(200);
    expect(await statusFor(`${url}/emails`, 'rebound.example')).toBe(403);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends by itself on %s: exit code 0, Postgres stopped',
    async (signal) => {
      const app = start();
      await app.url();
      expect(await postmasters(directory)).toHaveLength(1);
      app.kill(signal);
      expect((await app.ended()).code).toBe(0);
      expect(await postmasters(directory)).toEqual([]);
    },
  );

  it('stops when the process that started it is gone', async () => {
    const app = start();
    await app.url();
    app.orphan();
    expect((await app.ended()).code).toBe(0);
  });

  it('finishes the e-mail it is sending before it ends, and remembers it', async () => {
    await using smtp = await SmtpRecorder.start();
    smtp.holdAnswers();
    const first = start({ SMTP_URL: smtp.url });
    const id = await new Api(await first.url()).accept({ to: 'ada@example.org', subject: 'In flight' });
    await smtp.holding;
    first.kill('SIGTERM');
    await first.said(/^stopping/m);
    smtp.answer();
    expect((await first.ended()).code).toBe(0);

    const second = start({ SMTP_URL: smtp.url });
    expect(await new Api(await second.url()).email(id)).toMatchObject({ status: 'sent', attempts: 1 });
    expect(smtp.messages).toHaveLength(1);
  });
});

/** Files that say a Postgres runs here. */
async function postmasters({ path }: DataDirectory): Promise<string[]> {
  return (await readdir(path, { recursive: true })).filter((name) => name.endsWith('postmaster.pid'));
}

async function statusFor(url: string, host: string): Promise<number | undefined> {
  const request = get(url, { headers: { host } });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
