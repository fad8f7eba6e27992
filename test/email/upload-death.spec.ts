import type { TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmailAttachments } from '../../src/email/index.js';
import { newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type MailAppOptions, startMailApp } from './support/mail-app.js';
import { MailProcess } from './support/mail-process.js';
import { PLAIN_STORES, type Victim } from './support/store-variants.js';

describe.each(PLAIN_STORES)(
  'when a process dies while it stores an attachment, in the store $name',
  (variant) => {
    let database: TestDatabase;
    let victim: Victim;
    let options: MailAppOptions;
    let app: TestingModule;
    let db: DataSource;

    beforeAll(async () => {
      database = await createTestDatabase();
      victim = await variant.create();
      options = {
        databaseUrl: database.url,
        tasks: {
          broker: { type: 'postgres', url: database.url },
          namespace: newNamespace(),
          queues: { email: {} },
        },
        email: {
          from: 'app@example.com',
          transport: 'smtp://127.0.0.1:1',
          attachments: { store: victim.store },
        },
      };
      app = await startMailApp(options);
      db = app.get(DataSource);
    });
    afterAll(async () => {
      await app?.close();
      if (options) await eraseNamespace(options.tasks.broker, options.tasks.namespace!);
      await victim?.remove();
      await database?.drop();
    });

    it('there is no such content, and what was stored of it is removed in time', async () => {
      await MailProcess.doomedUploader(options);
      expect(await victim.keys(db)).toHaveLength(1);
      expect(await db.query('SELECT * FROM email_content')).toEqual([]);
      expect(await app.get(EmailAttachments).removeUnused()).toBe(0);

      await db.query(`UPDATE email_content_draft SET remove_after = now()`);
      expect(await app.get(EmailAttachments).removeUnused()).toBe(1);
      expect(await victim.keys(db)).toEqual([]);
      expect(await db.query('SELECT * FROM email_content_draft')).toEqual([]);
    });
  },
);
