import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Outbox } from './support/outbox.js';

/** What says nothing of a person, and stays when a message is anonymised. */
const KEPT = {
  email_message: [
    'id seq created_on message_class priority template status email_has_been_sent from_name from_address message_id date',
    'idempotency_key send_at expires_at generation call_id enqueued_at attempts next_attempt_on claim_token claimed_until',
    'transport sent_on finished_on anonymised_on',
  ],
  email_recipient: ['id email_id created_on kind cleared verdict smtp_code enhanced_code'],
  email_event: ['id email_id at kind'],
  email_attachment: [],
};

/** What ANONYMISE removes or replaces; attachments go as they are. */
const REMOVED = {
  email_message: ['reason subject text html context headers unsubscribe tags metadata smtp_response'],
  email_recipient: ['name address normalised detail'],
  email_event: ['detail'],
  email_attachment: ['email_id position filename content_type cid hash size'],
};

describe('the columns of the outbox', () => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start());
  afterAll(() => outbox.stop());

  it.each(Object.keys(KEPT) as (keyof typeof KEPT)[])(
    'of %s: what becomes of each when a message is anonymised has been decided',
    async (table) => {
      const columns: { name: string }[] = await outbox.db.query(
        'SELECT column_name AS name FROM information_schema.columns WHERE table_name = $1',
        [table],
      );
      const decided = [...KEPT[table], ...REMOVED[table]].flatMap((names) => names.split(' '));
      expect(columns.map(({ name }) => name).toSorted()).toEqual(decided.toSorted());
    },
  );
});
