import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type pg from 'pg';
import type { Figures } from './round/index.js';

/** Requests per second that a Redis reads, and commands it runs, those within scripts included. */
export async function redisTraffic(url: string, milliseconds: number): Promise<Figures> {
  const redis = new Redis(url);
  const read = async () => {
    const stats = await redis.info('stats');
    const total = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(stats)?.[1]);
    return { requests: total('total_reads_processed'), commands: total('total_commands_processed') };
  };
  try {
    const before = await read();
    await sleep(milliseconds);
    const after = await read();
    const perSecond = (count: number) => (count / milliseconds) * 1_000;
    return {
      requests: perSecond(after.requests - before.requests),
      commands: perSecond(after.commands - before.commands),
    };
  } finally {
    redis.disconnect();
  }
}

/** Transactions per second in a database; it counts each up to a second after its end. */
export async function postgresTraffic(client: pg.Client, milliseconds: number): Promise<Figures> {
  const committed = async () => {
    const { rows } = await client.query<{ count: string }>(
      'SELECT xact_commit AS count FROM pg_stat_database WHERE datname = current_database()',
    );
    return Number(rows[0]?.count);
  };
  const before = await committed();
  await sleep(milliseconds);
  return { transactions: (((await committed()) - before) / milliseconds) * 1_000 };
}
