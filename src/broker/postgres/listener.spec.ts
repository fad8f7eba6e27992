import { EventEmitter } from 'node:events';
import type { Client } from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { Listener } from './listener.js';

class FakeClient extends EventEmitter {
  ended = false;
  readonly queries: string[] = [];
  /** What a query waits for. */
  answer: Promise<unknown> | undefined;

  constructor(private readonly reachable: boolean) {
    super();
  }

  async connect(): Promise<void> {
    if (!this.reachable) throw new Error('ECONNREFUSED');
  }

  async query(text: string): Promise<void> {
    this.queries.push(text);
    await this.answer;
  }

  async end(): Promise<void> {
    this.ended = true;
  }
}

describe('the listening connection', () => {
  const listening = (...reachable: boolean[]) => {
    const clients: FakeClient[] = [];
    const listener = new Listener(() => {
      clients.push(new FakeClient(reachable[clients.length] ?? true));
      return clients.at(-1) as unknown as Client;
    });
    return { listener, clients };
  };

  it('is shared, and opened anew by the first who comes back after it dropped', async () => {
    const { listener, clients } = listening();
    const told: string[] = [];
    for (const subscriber of [await listener.subscribe(), await listener.subscribe()]) {
      subscriber.on('dropped', ({ message }: Error) => told.push(message));
    }
    expect(clients).toHaveLength(1);
    clients[0]?.emit('error', new Error('gone'));
    expect(told).toEqual(['gone', 'gone']);
    await listener.subscribe();
    expect(clients).toHaveLength(2);
  });

  it('is told one thing after the other, and what fails holds up nothing', async () => {
    const { listener, clients } = listening();
    const [first, second] = [await listener.subscribe(), await listener.subscribe()];
    let fail: (error: Error) => void = () => undefined;
    (clients[0] as FakeClient).answer = new Promise((_, reject) => (fail = reject));
    const failing = first.query('LISTEN a');
    const waiting = second.query('LISTEN b');
    await vi.waitFor(() => expect(clients[0]?.queries).toEqual(['LISTEN a']));
    (clients[0] as FakeClient).answer = undefined;
    fail(new Error('refused'));
    await expect(failing).rejects.toThrow('refused');
    await waiting;
    expect(clients[0]?.queries).toEqual(['LISTEN a', 'LISTEN b']);
  });

  it('that drops takes along what it had not answered, and the new one is asked at once', async () => {
    const { listener, clients } = listening();
    const subscriber = await listener.subscribe();
    (clients[0] as FakeClient).answer = new Promise(() => undefined);
    void subscriber.query('LISTEN a');
    await vi.waitFor(() => expect(clients[0]?.queries).toEqual(['LISTEN a']));
    clients[0]?.emit('error', new Error('gone'));
    await (await listener.subscribe()).query('LISTEN a');
    expect(clients[1]?.queries).toEqual(['LISTEN a']);
  });

  it('a dropped connection that says goodbye late does not take the new one with it', async () => {
    const { listener, clients } = listening();
    await listener.subscribe();
    clients[0]?.emit('error', new Error('gone'));
    const subscriber = await listener.subscribe();
    let dropped = false;
    subscriber.on('dropped', () => (dropped = true));
    clients[0]?.emit('end');
    expect(dropped).toBe(false);
    await subscriber.query('LISTEN bullmq_jobs');
    expect(clients[1]?.queries).toEqual(['LISTEN bullmq_jobs']);
    await listener.close();
    expect(clients[1]?.ended).toBe(true);
  });

  it('is tried again after a connection that was refused', async () => {
    const { listener, clients } = listening(false, true);
    await expect(listener.subscribe()).rejects.toThrow('ECONNREFUSED');
    await listener.subscribe();
    expect(clients).toHaveLength(2);
  });

  it('once closed, is not opened again', async () => {
    const { listener, clients } = listening();
    const subscriber = await listener.subscribe();
    await listener.close();
    await expect(listener.subscribe()).rejects.toThrow(/closed/);
    await expect(subscriber.query('LISTEN bullmq_jobs')).rejects.toThrow(/closed/);
    expect(clients).toHaveLength(1);
  });
});
