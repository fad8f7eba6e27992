import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { newNamespace } from '../../test/conformance/variant.js';
import { SmtpSink } from '../../test/email/support/smtp-sink.js';
import { eraseNamespace } from '../../test/support/erase-namespace.js';
import { createTestDatabase } from '../../test/support/test-database.js';
import { openServer } from '../broker-server.js';
import { spread } from '../statistics.js';
import type { EmailFigures, EmailOrder } from './order.js';

/** Of a bare pooled nodemailer loop in the same run. */
const TARGET = 0.33;
const RUNS = Number(process.argv[2] ?? 3);
const MESSAGES = 4_000;
const CONNECTIONS = 10;

const say = (text: string) => process.stdout.write(`${text}\n`);
const SCRIPT = fileURLToPath(new URL('./side.js', import.meta.url));

async function run(order: EmailOrder): Promise<EmailFigures> {
  const child = fork(SCRIPT, [JSON.stringify(order)]);
  const [figures] = (await once(child, 'message')) as [EmailFigures];
  await once(child, 'exit');
  return figures;
}

async function compare(
  servers: Pick<EmailOrder, 'smtpPort' | 'redisUrl'>,
  synchronousCommit: 'on' | 'off',
): Promise<void> {
  const ratios: number[] = [];
  for (let number = 1; number <= RUNS; number++) {
    const database = await createTestDatabase();
    const namespace = newNamespace();
    const client = new pg.Client(database.url);
    await client.connect();
    const { pathname } = new URL(database.url);
    await client.query(`ALTER DATABASE ${pathname.slice(1)} SET synchronous_commit = ${synchronousCommit}`);
    await client.end();
    const order = {
      ...servers,
      databaseUrl: database.url,
      namespace,
      messages: MESSAGES,
      connections: CONNECTIONS,
    };
    // First one, then the other, in turns: what the machine does meanwhile harms both.
    const sides = number % 2 === 0 ? (['bare', 'celeriac'] as const) : (['celeriac', 'bare'] as const);
    const figures: Partial<Record<EmailOrder['side'], EmailFigures>> = {};
    for (const side of sides) figures[side] = await run({ ...order, side });
    await eraseNamespace({ type: 'redis', url: servers.redisUrl }, namespace);
    await database.drop();
    const { bare, celeriac } = figures;
    if (!bare || !celeriac) throw new Error('a side is missing');
    ratios.push(celeriac.rate / bare.rate);
    const stages = Object.entries(celeriac.stages ?? {}).map(([stage, ms]) => `${stage} ${ms.toFixed(1)} ms`);
    say(
      `${number}/${RUNS} synchronous_commit ${synchronousCommit}: bare ${bare.rate.toFixed(0)}/s, Celeriac ` +
        `${celeriac.rate.toFixed(0)}/s, ratio ${(celeriac.rate / bare.rate).toFixed(2)}; ${stages.join(', ')}`,
    );
  }
  const { median, min, max } = spread(ratios);
  say(
    `synchronous_commit ${synchronousCommit}: ${median.toFixed(2)} [${min.toFixed(2)}–${max.toFixed(2)}] of bare ` +
      `nodemailer, target ${TARGET}`,
  );
}

const postgres = await openServer('postgres');
const redis = await openServer('redis');
process.env['DATABASE_URL'] = postgres.url;
const sink = await SmtpSink.start({ dump: false });
if (!sink) throw new Error('The comparison needs Postfix’s smtp-sink.');
try {
  for (const synchronousCommit of ['on', 'off'] as const) {
    await compare({ smtpPort: sink.port, redisUrl: redis.url }, synchronousCommit);
  }
} finally {
  await sink.stop();
  await redis.stop();
  await postgres.stop();
}
