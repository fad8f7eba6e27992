import { Readable } from 'node:stream';
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { InvalidEmailError } from '../errors/index.js';
import type { ClaimedEmail } from '../outbox/claimed-email.js';
import { TemplateLibrary } from '../templates/template-library.js';
import { EmailPrepareService } from '../prepare/email-prepare.service.js';
import type { ContentReader } from './content/content-reader.js';
import { validateAttachments } from './validate-attachments.js';

const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
const BYTES = Buffer.from('some bytes');
const LONE_SURROGATE = String.fromCharCode(0xdc00);
const RIGHT_TO_LEFT = String.fromCharCode(0x202e);
const file = { filename: 'a.pdf', content: BYTES };

function refusal(...attachments: unknown[]): InvalidEmailError {
  try {
    validateAttachments(attachments);
  } catch (error) {
    if (error instanceof InvalidEmailError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('an attachment', () => {
  it.each([
    ['a.pdf', BYTES, 'application/pdf'],
    ['A.PDF', BYTES, 'application/pdf'],
    ['notes.txt', 'text', 'text/plain; charset=utf-8'],
    ['notes.txt', BYTES, 'text/plain'],
    ['noextension', BYTES, 'application/octet-stream'],
    ['forwarded.eml', BYTES, 'application/octet-stream'],
    ['.htaccess', BYTES, 'application/octet-stream'],
  ])('named %s has the type that its name says', (filename, content, contentType) => {
    expect(validateAttachments([{ filename, content }])).toEqual([
      { filename, content, contentType, cid: null },
    ]);
  });

  it.each(['Grüße (1).pdf', '請求書.pdf', 'a;b="c".pdf', "it's 100%.pdf", '😀.png', 'x'.repeat(255)])(
    'may be named %j',
    (filename) => {
      expect(validateAttachments([{ filename, content: BYTES }])).toMatchObject([{ filename }]);
    },
  );

  it.each<[string, unknown, string]>([
    ['no object', 'a.pdf', 'attachments[1]'],
    ['null', null, 'attachments[1]'],
    ['no name', { content: BYTES }, 'attachments[1].filename'],
    ['an empty name', { ...file, filename: ' ' }, 'attachments[1].filename'],
    ['a path', { ...file, filename: '../../etc/passwd' }, 'attachments[1].filename'],
    ['a path of Windows', { ...file, filename: 'C:\\secret.txt' }, 'attachments[1].filename'],
    ['the folder above', { ...file, filename: '..' }, 'attachments[1].filename'],
    ['a line break in its name', { ...file, filename: 'a\r\nBcc: b@example.com' }, 'attachments[1].filename'],
    ['half a character', { ...file, filename: `a${LONE_SURROGATE}` }, 'attachments[1].filename'],
    [
      'a name that hides its ending',
      { ...file, filename: `a${RIGHT_TO_LEFT}fdp.exe` },
      'attachments[1].filename',
    ],
    ['a long name', { ...file, filename: 'x'.repeat(256) }, 'attachments[1].filename'],
    ['no type', { ...file, contentType: 'pdf' }, 'attachments[1].contentType'],
    [
      'a header in its type',
      { ...file, contentType: 'a/b\r\nBcc: b@example.com' },
      'attachments[1].contentType',
    ],
    [
      'a boundary of its own',
      { ...file, contentType: 'multipart/mixed; boundary=x' },
      'attachments[1].contentType',
    ],
    ['the type of a message', { ...file, contentType: 'Message/RFC822' }, 'attachments[1].contentType'],
    ['brackets around its cid', { ...file, cid: '<logo@example.com>' }, 'attachments[1].cid'],
    ['a space in its cid', { ...file, cid: 'my logo' }, 'attachments[1].cid'],
    ['an empty cid', { ...file, cid: '' }, 'attachments[1].cid'],
    ['the cid of another', { ...file, cid: 'logo' }, 'attachments[1].cid'],
    ['a cid that shows a text', { ...file, filename: 'a.html', cid: 'text' }, 'attachments[1].cid'],
    ['nothing in it', { filename: 'a.pdf' }, 'attachments[1].content'],
    ['two contents', { ...file, id: 'a'.repeat(64) }, 'attachments[1].content'],
    ['a number for bytes', { filename: 'a.pdf', content: 1 }, 'attachments[1].content'],
    [
      'an object for bytes',
      { filename: 'a.pdf', content: { path: '/etc/passwd' } },
      'attachments[1].content',
    ],
    ['a path as id', { filename: 'a.pdf', id: '../secret' }, 'attachments[1].id'],
    ['a path', { filename: 'a.pdf', path: '/etc/passwd' }, 'attachments[1].path'],
    ['a misspelt field', { ...file, fileName: 'x' }, 'attachments[1].fileName'],
  ])('with %s is refused, and the error names the field', (_what, attachment, field) => {
    expect(refusal({ ...file, cid: 'logo' }, attachment).field).toBe(field);
  });

  it('is one of a list', () => {
    expect(() => validateAttachments(file)).toThrow('attachments is not a list');
  });

  it('adds no header, no part and no recipient, however hostile its texts', async () => {
    const evil = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({
        unit: fc.constantFrom(
          ...Array.from('abc/.;="\\() \r\n\t<>@:?*%'),
          'Bcc: ',
          '--',
          'charset',
          'multipart',
        ),
        maxLength: 20,
      }),
    );
    const attachment = fc.record(
      {
        filename: fc.oneof(evil, fc.constant('a.pdf')),
        contentType: fc.oneof(
          evil,
          evil.map((text) => `a/b; c=${text}`),
          fc.constantFrom('text/html', 'image/png'),
        ),
        cid: fc.oneof(evil, fc.constant('logo')),
      },
      { requiredKeys: ['filename'] },
    );
    let composed = 0;
    await fc.assert(
      fc.asyncProperty(attachment, async (given) => {
        let checked;
        try {
          [checked] = validateAttachments([{ ...given, content: BYTES }]);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidEmailError);
          return;
        }
        composed++;
        const { raw, mail } = await compose({ ...checked!, hash: '', size: BYTES.length });
        expect(headersOf(raw)).toEqual(
          new Set([...HEADERS, ...PART_HEADERS, ...(given.cid === undefined ? [] : ['content-id'])]),
        );
        expect(mail.attachments).toHaveLength(1);
        expect(mail.attachments[0]).toMatchObject({ filename: given.filename });
        expect(Buffer.from(mail.attachments[0]!.content as ArrayBuffer).equals(BYTES)).toBe(true);
        expect(mail.to?.map(({ address }) => address)).toEqual(['a@example.com']);
      }),
      { numRuns: 1_000 },
    );
    expect(composed).toBeGreaterThan(100);
  });
});

const HEADERS = ['from', 'to', 'subject', 'message-id', 'date', 'mime-version'];
const PART_HEADERS = ['content-type', 'content-transfer-encoding', 'content-disposition'];

/** Every name of a header, of the message or of a part. The bytes are in base64, which has no colon. */
function headersOf(raw: string): Set<string> {
  const names = [...raw.matchAll(/^([^\s:]+):/gm)].map(([, name]) => name!.toLowerCase());
  return new Set(names);
}

async function compose(attachment: ClaimedEmail['attachments'][number]) {
  const contents = { open: () => Readable.from([BYTES], { objectMode: false }) } as unknown as ContentReader;
  const email: ClaimedEmail = {
    id: '1',
    token: '2',
    fromName: null,
    fromAddress: 'app@example.com',
    subject: 'Hello',
    text: null,
    html: '<p>Hi</p>',
    template: null,
    context: null,
    unsubscribe: null,
    headers: {},
    messageId: '<1@example.com>',
    date: new Date(0),
    expiresAt: null,
    expired: false,
    smtpResponse: null,
    listed: [],
    messageClass: 'default',
    recipients: [
      {
        id: '1',
        kind: 'to',
        name: null,
        address: 'a@example.com',
        normalised: 'a@example.com',
        verdict: null,
        detail: null,
        cleared: false,
        enhancedCode: null,
      },
    ],
    attachments: [attachment],
  };
  const { message } = new EmailPrepareService(contents, await TemplateLibrary.load(null), {
    dkim: null,
  }).prepare(email, email.recipients);
  const info = await composer.sendMail(message);
  const raw = (info.message as Buffer).toString();
  return { raw, mail: await PostalMime.parse(raw) };
}
