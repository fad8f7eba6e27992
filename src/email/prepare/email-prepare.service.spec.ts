import { Readable } from 'node:stream';
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import type { ContentReader } from '../attachments/content/content-reader.js';
import { InvalidEmailError } from '../errors/index.js';
import type { AnyEmailInput } from '../message/email-input.js';
import type { ClaimedEmail } from '../outbox/claimed-email.js';
import { NO_CLASSES } from '../options/message-class.js';
import { validateEmail } from '../submission/validate-email.js';
import { TemplateLibrary } from '../templates/template-library.js';
import { EmailPrepareService } from './email-prepare.service.js';

const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

const nothing = { open: () => Readable.from([]) } as unknown as ContentReader;
const preparing = new EmailPrepareService(nothing, await TemplateLibrary.load(null), { dkim: null });

/** The message as it is stored, then claimed. */
function claimed(input: AnyEmailInput): ClaimedEmail {
  const email = validateEmail(input, NO_CLASSES);
  return {
    ...email,
    id: '1',
    token: '2',
    fromName: 'App, Inc',
    fromAddress: 'app@example.com',
    messageId: '<1@example.com>',
    date: new Date('2026-01-02T03:04:05Z'),
    expired: false,
    smtpResponse: null,
    listed: [],
    attachments: [],
    recipients: email.recipients.map((recipient, index) =>
      Object.assign(
        { id: String(index), verdict: null, detail: null, cleared: false, enhancedCode: null },
        recipient,
      ),
    ),
  };
}

async function compose(input: AnyEmailInput) {
  const email = claimed(input);
  const { message } = preparing.prepare(email, email.recipients);
  const info = await composer.sendMail(message);
  return { email, envelope: info.envelope, mail: await PostalMime.parse(info.message as Buffer) };
}

describe('a prepared message', () => {
  it('says what it was given, with the Message-ID and the Date of its row', async () => {
    const { mail } = await compose({
      to: 'Ann <ann@example.com>',
      cc: 'bob@example.com',
      subject: 'Grüße',
      text: 'plain',
      html: '<b>rich</b>',
      headers: { 'X-Tag': 'welcome', 'reply-to': 'Help <help@example.com>' },
    });
    expect(mail).toMatchObject({
      from: { name: 'App, Inc', address: 'app@example.com' },
      to: [{ name: 'Ann', address: 'ann@example.com' }],
      cc: [{ name: '', address: 'bob@example.com' }],
      replyTo: [{ name: 'Help', address: 'help@example.com' }],
      subject: 'Grüße',
      messageId: '<1@example.com>',
      date: '2026-01-02T03:04:05.000Z',
    });
    expect(mail.text?.trim()).toBe('plain');
    expect(mail.html).toContain('<b>rich</b>');
    expect(mail.headers).toContainEqual(expect.objectContaining({ key: 'x-tag', value: 'welcome' }));
  });

  it('names a bcc in the envelope and nowhere else', async () => {
    const input = { to: 'a@example.com', bcc: 'secret@example.com', subject: 's', text: 't' };
    const { mail, envelope } = await compose(input);
    expect(envelope.to).toEqual(['a@example.com', 'secret@example.com']);
    expect(JSON.stringify(mail)).not.toContain('secret');
  });

  it('goes only to those it still is to go to, under unchanged headers', () => {
    const email = claimed({ to: ['a@example.com', 'b@example.com'], subject: 's', text: 't' });
    const { message } = preparing.prepare(email, email.recipients.slice(1));
    expect(message.envelope?.to).toEqual(['b@example.com']);
    expect(message.to).toHaveLength(2);
  });

  it('has no recipient and no header that was not asked for, however hostile its texts', async () => {
    const evil = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom(...Array.from('ab@.<>,;:"\\() \r\n\t=?'), 'Bcc:', 'evil@example.com'),
        maxLength: 20,
      }),
    );
    const name = evil.map((text) => `${text} <a@example.com>`);
    const inputs = fc.record({
      to: fc.oneof(name, evil, fc.constant('a@example.com')),
      subject: fc.oneof(evil, fc.constant('s')),
      tags: fc.oneof(fc.array(evil, { maxLength: 1 }), fc.constant([])),
      metadata: fc.dictionary(fc.constant('a'), evil, { maxKeys: 1 }),
      unsubscribe: fc.oneof(
        fc.record({
          url: evil.map((text) => `https://example.com/?a=${text}`),
          mailto: fc.constant('u@example.com'),
        }),
        fc.record({ url: evil.map((text) => `https://${text}`), mailto: evil }),
        fc.record({
          url: fc.constant('https://example.com/'),
          mailto: evil.map((text) => `${text}@example.com`),
        }),
        fc.constant(undefined),
      ),
      headers: fc.dictionary(fc.oneof(fc.constant('X-Tag'), evil), evil, { maxKeys: 2 }),
      text: fc.constant('t'),
    });
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const composed = await compose(input as AnyEmailInput).catch((error: unknown) => {
          expect(error).toBeInstanceOf(InvalidEmailError);
        });
        if (!composed) return;
        const { email, envelope, mail } = composed;
        expect(envelope.to).toEqual(email.recipients.map((recipient) => recipient.address));
        expect(mail.to?.map((mailbox) => mailbox.address)).toEqual(envelope.to);
        const own = [
          'from',
          'to',
          'subject',
          'message-id',
          'date',
          'mime-version',
          'content-type',
          'content-transfer-encoding',
        ];
        const asked = Object.keys(email.headers).map((header) => header.toLowerCase());
        if (email.unsubscribe) {
          asked.push('list-unsubscribe', 'list-unsubscribe-post');
          const header = mail.headers.find(({ key }) => key === 'list-unsubscribe');
          expect(header?.value).toMatch(/^<https:[^<>\s]+>(, <mailto:[^<>\s]+>)?$/);
        }
        const keys = mail.headers.map(({ key }) => key);
        expect(new Set(keys).size).toBe(keys.length);
        for (const key of keys) expect([...own, ...asked]).toContain(key);
      }),
      { numRuns: 500 },
    );
  });
});
