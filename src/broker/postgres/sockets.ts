import { Socket } from 'node:net';

/** The sockets of a store's connections, so that those which do not close in good order can be cut. */
export class Sockets {
  private readonly open = new Set<Socket>();

  /**
   * Makes a socket for pg, which connects it.
   *
   * @param longestSilence milliseconds; a socket that is silent for longer is destroyed. 0: never
   */
  create(longestSilence = 0): Socket {
    const socket = new Socket();
    socket.setTimeout(longestSilence, () => {
      socket.destroy(new Error(`Postgres was silent for ${longestSilence} ms; the connection was cut`));
    });
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
    return socket;
  }

  cut(): void {
    for (const socket of this.open) socket.destroy();
  }
}
