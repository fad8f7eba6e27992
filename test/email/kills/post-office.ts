import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { EmailService } from '../../../src/email/index.js';
import { newNamespace } from '../../conformance/variant.js';
import { brokerOf } from '../support/broker-of.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { LineFile } from '../../support/line-file.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';
import { type MailAppOptions, startMailApp } from '../support/mail-app.js';
import { type Dump, SmtpSink } from '../support/smtp-sink.js';
import { StandInSink } from '../support/stand-in-sink.js';
import { MortalWorkers } from './mortal-workers.js';

/** A message that was accepted, as its row tells it, beside what has arrived. */
export interface Fate {
  readonly id: string;
  readonly messageClass: string;
  readonly status: string;
  readonly reason: string | null;
  readonly attempts: number;
  readonly recipients: readonly string[];
  readonly wasUnknown: boolean;
  readonly copies: readonly Dump[];
}

/** What a worker noted before it died. */
export interface LastWords {
  readonly point: string;
  readonly id: string;
}

/** A database, a broker, an SMTP server that is not ours, a producer that lives, and workers that do not. */
export class PostOffice {
  private constructor(
    readonly kind: 'redis' | 'postgres',
    readonly app: MailAppOptions,
    private readonly database: TestDatabase,
    private readonly sink: SmtpSink | StandInSink,
    private readonly producer: TestingModule,
    private readonly directory: string,
    readonly lastWords: LineFile<LastWords>,
  ) {}

  static async open(kind: 'redis' | 'postgres'): Promise<PostOffice> {
    const database = await createTestDatabase();
    const directory = mkdtempSync(join(tmpdir(), 'celeriac-kills-'));
    writeFileSync(join(directory, 'last-words'), '');
    const sink = (await SmtpSink.start()) ?? (await StandInSink.start());
    const app: MailAppOptions = {
      databaseUrl: database.url,
      tasks: {
        broker: brokerOf(kind, database.url),
        namespace: newNamespace(),
        queues: { email: { concurrency: 4 } },
        worker: { lockTime: '2s', shutdownTimeout: '2s' },
        // Whoever is killed with a message in its hands is innocent of that here.
        defaults: { crashBudget: 100, maxDeliveries: 1_000 },
      },
      email: {
        from: 'App <app@example.com>',
        transport: `smtp://127.0.0.1:${sink.port}`,
        claimLease: '2s',
        sweepInterval: '1s',
        messageClasses: { held: { onUnknown: 'hold' }, urgent: { onUnknown: 'resend' } },
      },
    };
    const producer = await startMailApp({ ...app, tasks: { ...app.tasks, worker: false } });
    const lastWords = new LineFile<LastWords>(join(directory, 'last-words'));
    return new PostOffice(kind, app, database, sink, producer, directory, lastWords);
  }

  get serverIsOurs(): boolean {
    return this.sink instanceof StandInSink;
  }

  workers(): Promise<MortalWorkers> {
    return MortalWorkers.at(this.sink.port, this.app, join(this.directory, 'last-words'));
  }

  async send(number: number): Promise<void> {
    await this.producer.get(EmailService).send({
      to: `m${number}@example.com`,
      subject: `message ${number}`,
      text: 'a line of text\n'.repeat(40),
      html: '<p>a line of text</p>\n'.repeat(40),
      messageClass: number % 2 === 0 ? 'held' : 'urgent',
    });
  }

  /** Messages that have not come to their end. */
  async unfinished(): Promise<number> {
    const [row] = await this.producer.get(DataSource).query<{ open: number }[]>(
      `SELECT count(*)::integer AS open FROM email_message
         WHERE status NOT IN ('sent', 'unknown', 'failed', 'blocked', 'expired', 'cancelled')`,
    );
    return row?.open ?? 0;
  }

  async fates(): Promise<Fate[]> {
    const dumps = this.sink.dumps();
    const rows = await this.producer.get(DataSource).query<(Omit<Fate, 'copies'> & { messageId: string })[]>(
      `SELECT id, message_class AS "messageClass", status, reason, attempts, message_id AS "messageId",
              ARRAY(SELECT r.address FROM email_recipient r WHERE r.email_id = m.id) AS recipients,
              EXISTS (SELECT 1 FROM email_event e WHERE e.email_id = m.id AND e.kind = 'unknown')
              OR coalesce((SELECT bool_or(e.detail LIKE '%may have arrived%') FROM email_event e
                           WHERE e.email_id = m.id), false) AS "wasUnknown"
       FROM email_message m ORDER BY seq`,
    );
    const known = new Map(rows.map(({ messageId }) => [messageId, [] as Dump[]]));
    for (const dump of dumps) {
      const copies = known.get(dump.messageId);
      if (!copies) throw new Error(`a message arrived that nobody sent: ${dump.messageId}`);
      copies.push(dump);
    }
    return rows.map((row) => Object.assign(row, { copies: known.get(row.messageId) ?? [] }));
  }

  async close(): Promise<void> {
    await this.producer.close();
    await eraseNamespace(this.app.tasks.broker, this.app.tasks.namespace ?? '');
    await this.database.drop();
    await this.sink.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
