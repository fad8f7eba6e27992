import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newNamespace } from '../conformance/variant.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import type { Flood, FloodReport } from './fixtures/attachment-flood.js';
import type { Drained } from './fixtures/smtp-drain.js';
import { PLAIN_STORES, type Victim } from './support/store-variants.js';

const MIB = 1024 ** 2;
const SIZE = 40 * MIB;
const MESSAGES = process.env['CELERIAC_LONG'] ? 50 : 6;

const run = (script: string, argument?: object): ChildProcess =>
  fork(fileURLToPath(new URL(`fixtures/${script}`, import.meta.url)), [JSON.stringify(argument ?? {})], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

/** The next message of a child, or an error if it ends without one. */
async function told<T>(child: ChildProcess): Promise<T> {
  const listening = new AbortController();
  const { signal } = listening;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as T),
      once(child, 'exit', { signal }).then(([code]) =>
        Promise.reject(new Error(`the child ended with ${code}`)),
      ),
    ]);
  } finally {
    listening.abort();
  }
}

describe.each(PLAIN_STORES)('the memory of a process that sends from the store $name', (variant) => {
  let database: TestDatabase;
  let victim: Victim;
  let peer: ChildProcess;
  let flood: ChildProcess | undefined;

  beforeAll(async () => {
    database = await createTestDatabase();
    victim = await variant.create();
  });
  beforeEach(() => void (peer = run('smtp-drain.js')));
  afterEach(() => {
    peer.kill();
    flood?.kill('SIGKILL');
  });
  afterAll(async () => {
    await victim?.remove();
    await database?.drop();
  });

  it(`grows by less than 150 MiB for ${MESSAGES} messages with 40 MiB each, 4 of them at a time`, async () => {
    const { port } = await told<Drained>(peer);
    const report = await told<FloodReport>(
      (flood = run('attachment-flood.js', {
        app: {
          databaseUrl: database.url,
          tasks: {
            broker: { type: 'postgres', url: database.url },
            namespace: newNamespace(),
            queues: { email: { concurrency: 4 } },
            worker: true,
          },
          email: {
            from: 'app@example.com',
            transport: `smtp://127.0.0.1:${port}`,
            attachments: { store: victim.store, maxSize: '40MB' },
          },
        },
        messages: MESSAGES,
        size: SIZE,
      } satisfies Flood)),
    );
    peer.send('report');
    const drained = await told<Drained>(peer);
    process.stdout.write(
      `${MESSAGES} messages of 40 MiB from the store ${variant.name}, ${drained.atOnce} at once: ` +
        `grew by ${report.storing} MiB while 4 were stored, by ${report.sending} MiB in all\n`,
    );
    expect(drained).toMatchObject({ messages: MESSAGES + 1, atOnce: 4 });
    expect(drained.bytes).toBeGreaterThan((MESSAGES * SIZE * 4) / 3);
    expect(report.sending).toBeLessThan(150);
  }, 900_000);
});
