import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A connection to a server, in a test's hands: it can be cut, refused, or left hanging. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private mode: 'forward' | 'refuse' | 'swallow' = 'forward';

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private target: number,
  ) {}

  static async to(target: number): Promise<TcpProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(server, (server.address() as { port: number }).port, target);
    server.on('connection', (socket) => proxy.accept(socket));
    return proxy;
  }

  /** Forwards from now on, to this port. */
  forward(target = this.target): void {
    this.target = target;
    this.mode = 'forward';
  }

  /** Cuts every connection; new ones go through. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** As if the server were down: no connection survives, none is accepted. */
  refuse(): void {
    this.mode = 'refuse';
    this.cut();
  }

  /** As if the network were gone: nothing arrives any more, and nobody says so. */
  swallow(): void {
    this.mode = 'swallow';
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  /** Connections open now. */
  get connections(): number {
    return this.sockets.size / 2;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private accept(near: Socket): void {
    near.on('error', () => undefined);
    if (this.mode === 'refuse') {
      near.resetAndDestroy();
      return;
    }
    if (this.mode === 'swallow') {
      // Nobody reads it, so it does not learn that the other end has left, either.
      this.sockets.add(near);
      near.on('close', () => this.sockets.delete(near));
      return;
    }
    const far = connect(this.target, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
