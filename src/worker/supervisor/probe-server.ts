import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Access } from '../../tasks/access/bearer-access.js';
import { ProbeServerError } from './errors.js';

/** What is answered at a path. */
export interface ProbeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** By path: `/metrics`. What a route throws is answered with 500. */
export type ProbeRoutes = Readonly<Record<string, (request: IncomingMessage) => Promise<ProbeAnswer>>>;

const TEXT = 'text/plain; charset=utf-8';

/** A small HTTP server of the supervisor's, for those who watch it. It knows GET and HEAD, and its paths. */
export class ProbeServer {
  private readonly server = createServer((request, response) => void this.serve(request, response));

  constructor(private readonly routes: ProbeRoutes) {}

  /** @returns the port. @throws {@link ProbeServerError} */
  async open(port: number, host: string): Promise<number> {
    this.server.listen(port, host);
    try {
      await once(this.server, 'listening');
    } catch (cause) {
      throw new ProbeServerError(host, port, cause);
    }
    const address = this.server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, contentType, body } = await this.answer(request);
    response.writeHead(status, {
      'Content-Type': contentType,
      'Cache-Control': 'no-store',
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  private async answer(request: IncomingMessage): Promise<ProbeAnswer> {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const route = Object.hasOwn(this.routes, path) ? this.routes[path] : undefined;
    if (!route) return text(404, `There is: ${Object.keys(this.routes).join(', ')}`);
    if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'GET and HEAD alone');
    try {
      return await route(request);
    } catch (error) {
      return text(500, error instanceof Error ? error.message : String(error));
    }
  }
}

/** Answers those alone whom `access` lets in. */
export const guarded =
  (access: Access, route: () => Promise<ProbeAnswer>): ProbeRoutes[string] =>
  async (request) => {
    const refusal = access(request);
    return refusal ? text(refusal.status, refusal.message) : route();
  };

const text = (status: number, body: string): ProbeAnswer => ({
  status,
  contentType: TEXT,
  body: `${body}\n`,
});
