import { type PgPool, PostgresConnection } from 'bullmq';
import type { Pool } from 'pg';
import type { Listener, Subscriber } from './listener.js';

/** BullMQ's connection of one queue, made of what the process shares; closing it closes none of that. */
export class SharedConnection extends PostgresConnection {
  private subscriber: Promise<Subscriber> | undefined;
  private closingShared: Promise<void> | undefined;

  constructor(
    pool: Pool,
    private readonly listener: Listener,
  ) {
    super(statementsOnly(pool));
  }

  /** The store has migrated and checked the schema before it makes a connection. */
  override async waitUntilReady(): Promise<void> {}

  /** BullMQ would listen for up to an hour without a look at the queue; a connection can go deaf for minutes. */
  override get hasListenClientKeepAlive(): boolean {
    return false;
  }

  override async setListenClientName(): Promise<void> {}

  override getListenClient(): Promise<Subscriber> {
    this.subscriber ??= this.subscribe().catch((error: unknown) => {
      this.subscriber = undefined;
      throw error;
    });
    return this.subscriber;
  }

  override get isClosing(): Promise<void> | undefined {
    return this.closingShared;
  }

  override close(): Promise<void> {
    this.closingShared ??= this.unsubscribe();
    return this.closingShared;
  }

  override disconnect(): Promise<void> {
    return this.close();
  }

  private async subscribe(): Promise<Subscriber> {
    const subscriber = await this.listener.subscribe();
    subscriber.once('dropped', (error: Error) => {
      this.subscriber = undefined;
      this.emit('listenerinvalidated');
      if (this.listenerCount('error') > 0) this.emit('error', error);
    });
    return subscriber;
  }

  private async unsubscribe(): Promise<void> {
    const subscriber = await this.subscriber?.catch(() => undefined);
    if (subscriber) this.listener.unsubscribe(subscriber);
    this.emit('close');
  }
}

/** The shared pool as BullMQ may use it: statements, and nothing that holds a connection or outlives a queue. */
function statementsOnly(pool: Pool): PgPool {
  return {
    query: (text: string, params?: readonly unknown[]) => pool.query(text, params as unknown[]) as never,
    connect: () => Promise.reject(new Error('A queue must not take a connection from the shared pool')),
    end: () => Promise.resolve(),
    on() {
      return this;
    },
    removeAllListeners() {
      return this;
    },
  };
}
