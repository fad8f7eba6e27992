import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eraseNamespace } from '../support/erase-namespace.js';
import { Api } from './api.js';
import { AppProcess, DataDirectory } from './app-process.js';
import { SmtpRecorder } from './smtp-recorder.js';

describe('the roles of the application', () => {
  let directory: DataDirectory;
  let smtp: SmtpRecorder;
  const processes: AppProcess[] = [];
  const start = (env: Record<string, string>) => {
    const app = new AppProcess({ PORT: '0', DATA_DIR: directory.path, SMTP_URL: smtp.url, ...env });
    processes.push(app);
    return app;
  };

  beforeEach(async () => {
    directory = await DataDirectory.create();
    smtp = await SmtpRecorder.start();
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((app) => app[Symbol.asyncDispose]()));
    await smtp[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  it('web accepts and does not send; worker sends, and has no HTTP', async () => {
    const web = start({ ROLE: 'web' });
    const api = new Api(await web.url());
    const id = await api.accept({ to: 'ada@example.org', subject: 'By two processes' });
    expect(web.output).not.toMatch(/Consuming/);
    expect((await api.email(id)).status).toBe('pending');
    expect((await api.get('/health/ready')).status).toBe(200);

    const worker = start({ ROLE: 'worker' });
    await worker.said(/^working; no HTTP/m);
    await api.reaches(id, 'sent');
    expect(smtp.messages).toEqual([expect.stringContaining('By two processes')]);
    expect(worker.output).not.toMatch(/listening on/);

    for (const app of [worker, web]) {
      app.kill('SIGTERM');
      expect((await app.ended()).code).toBe(0);
    }
  });

  it('start together on an empty database', async () => {
    const [web, ...workers] = [start({ ROLE: 'web' }), start({ ROLE: 'worker' }), start({ ROLE: 'worker' })];
    await Promise.all(workers.map((worker) => worker.said(/^working; no HTTP/m)));
    const api = new Api(await web!.url());
    await api.reaches(await api.accept({ to: 'ada@example.org' }), 'sent');
  });

  it('keep their queues in Redis if there is one', async () => {
    const url = process.env['REDIS_URL']!;
    const namespace = `app_${randomBytes(4).toString('hex')}`;
    const [web, worker] = ['web', 'worker'].map((role) =>
      start({ ROLE: role, REDIS_URL: url, NAMESPACE: namespace }),
    );
    const api = new Api(await web!.url());
    expect(web!.output).toMatch(/queues: +Redis at /);
    await api.reaches(await api.accept({ to: 'ada@example.org' }), 'sent');
    expect((await api.get('/health/ready')).status).toBe(200);
    await Promise.all([web![Symbol.asyncDispose](), worker![Symbol.asyncDispose]()]);
    expect(await keysOf(url, namespace)).not.toEqual([]);
    await eraseNamespace({ type: 'redis', url }, namespace);
  });
});

async function keysOf(url: string, namespace: string): Promise<string[]> {
  const redis = new Redis(url);
  try {
    return await redis.keys(`${namespace}:*`);
  } finally {
    redis.disconnect();
  }
}
