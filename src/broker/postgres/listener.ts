import { EventEmitter } from 'node:events';
import type { PgQueryResult, PostgresConnection } from 'bullmq';
import type { Client, Notification } from 'pg';

/**
 * The one connection of a process that listens. BullMQ wants a listening client per worker; each gets a
 * {@link Subscriber}, and all of them share this connection. When it drops, every subscriber is told, and the first
 * to come back opens it anew.
 */
export class Listener {
  private connecting: Promise<Client> | undefined;
  private readonly subscribers = new Set<Subscriber>();
  private closed = false;
  /** What was said last; it may be under way. */
  private said: Promise<unknown> = Promise.resolve();

  constructor(private readonly createClient: () => Client) {}

  async subscribe(): Promise<Subscriber> {
    await this.connection();
    const subscriber = new Subscriber(this);
    this.subscribers.add(subscriber);
    return subscriber;
  }

  unsubscribe(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
  }

  /** One statement after the other: pg wants no second before the first is answered. */
  query(text: string): Promise<void> {
    const answered = this.said.then(async () => {
      await (await this.connection()).query(text);
    });
    this.said = answered.catch(() => undefined);
    return answered;
  }

  async close(): Promise<void> {
    this.closed = true;
    const client = await this.connecting?.catch(() => undefined);
    await client?.end().catch(() => undefined);
  }

  private connection(): Promise<Client> {
    if (this.closed) return Promise.reject(new Error('The connection to Postgres was closed'));
    this.connecting ??= this.connect();
    return this.connecting;
  }

  private connect(): Promise<Client> {
    const client = this.createClient();
    const connecting = client.connect().then(() => client);
    // A client that has been replaced may still have something to say.
    const drop = (error: Error) => this.connecting === connecting && this.drop(error);
    client.on('notification', (message) => this.forward(message));
    client.on('error', drop);
    client.on('end', () => drop(new Error('The listening connection to Postgres ended')));
    connecting.catch(drop);
    return connecting;
  }

  private forward(message: Notification): void {
    for (const subscriber of this.subscribers) subscriber.emit('notification', message);
  }

  private drop(error: Error): void {
    if (this.closed) return;
    this.connecting = undefined;
    this.said = Promise.resolve();
    const dropped = [...this.subscribers];
    this.subscribers.clear();
    for (const subscriber of dropped) subscriber.emit('dropped', error);
  }
}

type ListenClient = Awaited<ReturnType<PostgresConnection['getListenClient']>>;

/** What BullMQ takes for its own listening client. */
export class Subscriber extends EventEmitter implements ListenClient {
  constructor(private readonly listener: Listener) {
    super();
  }

  /** Only LISTEN reaches the shared connection; what names or configures a session is not ours to change. */
  async query<R>(text: string): Promise<PgQueryResult<R>> {
    if (/\bLISTEN\b/.test(text)) await this.listener.query(text);
    return { rows: [] };
  }
}
