import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { acquireEmbeddedPostgres, type EmbeddedPostgres } from '../../src/broker/index.js';
import { TcpProxy } from './tcp-proxy.js';

/** A Postgres of a suite's own, for it to harm. It is reached at one address, restarts included. */
export class OwnPostgres {
  private constructor(
    private readonly dataDir: string,
    private server: EmbeddedPostgres,
    readonly proxy: TcpProxy,
  ) {}

  static async start(): Promise<OwnPostgres> {
    const dataDir = await mkdtemp(join(tmpdir(), 'celeriac-test-own-pg-'));
    const server = await acquireEmbeddedPostgres({ dataDir });
    return new OwnPostgres(dataDir, server, await TcpProxy.to(portOf(server)));
  }

  get url(): string {
    const url = new URL(this.server.url);
    url.port = String(this.proxy.port);
    return url.href;
  }

  /** Cuts every connection but the one that asks. */
  async terminateBackends(): Promise<number> {
    const { rowCount } = await this.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
    return rowCount ?? 0;
  }

  /** Connections of applications. */
  async connections(): Promise<number> {
    const { rows } = await this.query(
      'SELECT count(*)::int AS n FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
    );
    return (rows[0] as { n: number }).n;
  }

  /** Stops the server, does something, and starts it again. */
  async restart(meanwhile: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    this.proxy.refuse();
    await this.server.release();
    await meanwhile();
    this.server = await acquireEmbeddedPostgres({ dataDir: this.dataDir });
    this.proxy.forward(portOf(this.server));
  }

  async stop(): Promise<void> {
    await this.proxy.close();
    await this.server.release();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async query(sql: string): Promise<pg.QueryResult> {
    const client = new pg.Client(this.server.url);
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  }
}

const portOf = ({ url }: EmbeddedPostgres): number => Number(new URL(url).port);
