import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DkimKey } from './support/dkim-key.js';
import { Outbox } from './support/outbox.js';
import { ScriptedSmtp } from './support/scripted-smtp.js';

describe('a message of a domain that signs', () => {
  const key = new DkimKey();
  const outbox = new Outbox();
  beforeAll(() => outbox.start({ dkim: key.options }));
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  const sent = async (input: object = {}): Promise<string> => {
    expect(await outbox.run(await outbox.accept(input))).toMatchObject({ status: 'sent' });
    return outbox.peer.received[0]?.raw ?? '';
  };

  it('has a signature that holds, and that no change survives', async () => {
    const raw = await sent({ subject: 'Grüße', text: 'plain. '.repeat(2_000), html: '<p>rich</p>' });
    expect(await key.verify(raw)).toEqual(['pass']);
    expect(await key.verify(raw.replace('plain', 'plane'))).toEqual(['neutral']);
    expect(await key.verify(raw.replace('Subject: ', 'Subject: Re: '))).toEqual(['fail']);
  });

  it('has its attachments under the signature, also if they are large', async () => {
    const content = Buffer.alloc(3 * 1024 * 1024, 'celery');
    const raw = await sent({ attachments: [{ filename: 'a.bin', content }] });
    expect(await key.verify(raw)).toEqual(['pass']);
    const { attachments } = await PostalMime.parse(raw);
    expect(Buffer.from(attachments[0]?.content as ArrayBuffer).equals(content)).toBe(true);
  });

  it('is not sent with an attachment that was changed in the store', async () => {
    const content = Buffer.alloc(3 * 1024 * 1024, 'celery');
    const id = await outbox.accept({ attachments: [{ filename: 'a.bin', content }] });
    await outbox.db.query('UPDATE email_content_chunk SET bytes = set_byte(bytes, 0, 0)');
    expect(await outbox.run(id)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('was changed in the store'),
    });
    expect(outbox.peer.received).toEqual([]);
  });

  it('has its way to unsubscribe under the signature', async () => {
    const url = `https://example.com/u/${'x'.repeat(800)}?a=1,2&b=(c)`;
    const raw = await sent({ unsubscribe: { url, mailto: 'u+ann%1@example.com' } });
    const { headers } = await PostalMime.parse(raw);
    const values = (name: string) =>
      headers.filter((header) => header.key === name).map(({ value }) => value);
    expect(values('list-unsubscribe')).toEqual([`<${url}>, <mailto:u%2Bann%251@example.com>`]);
    expect(values('list-unsubscribe-post')).toEqual(['List-Unsubscribe=One-Click']);
    expect(raw.split('\r\n').every((line) => line.length <= 998)).toBe(true);
    expect(await key.verify(raw)).toEqual(['pass']);
    expect(values('dkim-signature').join()).toMatch(/h=[^;]*:list-unsubscribe:list-unsubscribe-post;/);
    expect(await key.verify(raw.replace('/u/', '/v/'))).toEqual(['fail']);
    expect(await key.verify(raw.replace('One-Click', 'Two-Clicks'))).toEqual(['fail']);
  });

  it('is not taken for handed over while it is signed: the server has not asked for it', async () => {
    const server = await new ScriptedSmtp().start();
    const other = new Outbox();
    try {
      await other.start({ dkim: key.options, transport: `smtp://127.0.0.1:${server.port}` });
      server.script = { data: 'drop' };
      const id = await other.accept({ text: 'x'.repeat(100_000) });
      await other.runInVain(id);
      const { status, events } = await other.view(id);
      expect(status).toBe('deferred');
      expect(events.map(({ kind }) => kind)).not.toContain('handed_over');
      server.script = {};
      expect(await other.run(id)).toMatchObject({ status: 'sent' });
      expect(await key.verify(server.taken[0]?.content ?? '')).toEqual(['pass']);
    } finally {
      await other.stop();
      await server.stop();
    }
  });
});
