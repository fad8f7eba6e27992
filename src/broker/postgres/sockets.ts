import { Socket } from 'node:net';

/** How often a socket is looked at within its longest silence. */
const LOOKS = 5;

/** The sockets of a store's connections, so that those which do not close in good order can be cut. */
export class Sockets {
  private readonly open = new Set<Socket>();

  /**
   * Makes a socket for pg, which connects it.
   *
   * @param longestSilence milliseconds; a socket that is silent for longer, up to a fifth more, is destroyed. 0: never
   */
  create(longestSilence = 0): Socket {
    const socket = new Socket();
    this.open.add(socket);
    socket.once('close', () => this.open.delete(socket));
    if (longestSilence > 0) cutWhenSilent(socket, longestSilence);
    return socket;
  }

  cut(): void {
    for (const socket of this.open) socket.destroy();
  }
}

/** Looks now and then; a timeout of the socket's own would be set anew by everything that is read or written. */
function cutWhenSilent(socket: Socket, longest: number): void {
  let moved = -1;
  let looks = 0;
  const timer = setInterval(() => {
    const now = socket.bytesRead + socket.bytesWritten;
    looks = now === moved ? looks + 1 : 0;
    moved = now;
    if (looks < LOOKS) return;
    socket.destroy(new Error(`Postgres was silent for ${longest} ms; the connection was cut`));
  }, longest / LOOKS).unref();
  socket.once('close', () => clearInterval(timer));
}
