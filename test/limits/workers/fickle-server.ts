import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { now } from './ledger.js';

/** A server that is up, down, or accepts and does not answer. It knows who came when. */
export class FickleServer {
  mode: 'up' | 'down' | 'silent' = 'up';
  readonly came: { readonly path: string; readonly at: number }[] = [];
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.came.push({ path: request.url ?? '', at: now() });
      if (this.mode === 'down') request.socket.destroy();
      if (this.mode === 'up') response.writeHead(204, { connection: 'close' }).end();
    });
  }

  static async listen(): Promise<FickleServer> {
    const fickle = new FickleServer();
    fickle.server.listen(0, '127.0.0.1');
    await once(fickle.server, 'listening');
    return fickle;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  at(path: string): number[] {
    return this.came.filter((visit) => visit.path === path).map(({ at }) => at);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
