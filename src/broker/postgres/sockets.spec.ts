import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPg } from './connection-settings.js';
import { Sockets } from './sockets.js';

describe('the sockets of a store', () => {
  let silent: Server;
  let port: number;
  beforeEach(async () => {
    silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    port = (silent.address() as AddressInfo).port;
  });
  afterEach(() => void silent.close());

  it('a connection whose server says nothing is cut, and its statement told so', async () => {
    const { Client } = await loadPg();
    const sockets = new Sockets();
    const client = new Client({ host: '127.0.0.1', port, stream: () => sockets.create(50) });
    await expect(client.connect()).rejects.toThrow(/silent for 50 ms/);
  });

  it('cut() ends those that are open', async () => {
    const sockets = new Sockets();
    const socket = sockets.create().connect(port, '127.0.0.1');
    await once(socket, 'connect');
    sockets.cut();
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });
});
