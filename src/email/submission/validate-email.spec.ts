import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidEmailError } from '../errors/index.js';
import type { EmailInput } from '../message/email-input.js';
import { NO_CLASSES } from '../options/message-class.js';
import { validateEmail } from './validate-email.js';

const NUL = String.fromCharCode(0);
const LONE_SURROGATE = String.fromCharCode(0xdc00);
const valid: EmailInput = { to: 'a@example.com', subject: 'Hello', text: 'Hi' };
const many = (count: number) => Array.from({ length: count }, (_, index) => `r${index}@example.com`);

function refusal(input: unknown): InvalidEmailError {
  try {
    validateEmail(input as EmailInput, NO_CLASSES);
  } catch (error) {
    return error as InvalidEmailError;
  }
  throw new Error('it was accepted');
}

describe('a message', () => {
  it('needs a recipient, a subject and a text', () => {
    expect(validateEmail(valid, NO_CLASSES)).toEqual({
      recipients: [{ kind: 'to', name: null, address: 'a@example.com', normalised: 'a@example.com' }],
      subject: 'Hello',
      text: 'Hi',
      html: null,
      template: null,
      context: null,
      headers: {},
      attachments: [],
      messageClass: 'default',
      priority: null,
      unsubscribe: null,
      tags: [],
      metadata: {},
      idempotencyKey: null,
      sendAt: null,
      expiresAt: null,
    });
  });

  it('goes to a recipient named twice once, where it is named first', () => {
    const { recipients } = validateEmail(
      {
        ...valid,
        to: ['A@example.com', 'a@EXAMPLE.com'],
        cc: 'a@example.com',
        bcc: ['b@example.com', 'B@example.com'],
      },
      NO_CLASSES,
    );
    expect(recipients.map(({ kind, address }) => [kind, address])).toEqual([
      ['to', 'A@example.com'],
      ['bcc', 'b@example.com'],
    ]);
  });

  it.each<[string, unknown, string]>([
    ['no object', 'hello', 'message'],
    ['no recipient', { ...valid, to: [] }, 'to'],
    ['only cc', { ...valid, to: undefined, cc: 'a@example.com' }, 'to'],
    ['a recipient that is no string', { ...valid, to: [{ address: 'a@example.com' }] }, 'to[0]'],
    ['a recipient that is a list', { ...valid, to: 'a@example.com, b@example.com' }, 'to'],
    ['a bad second bcc', { ...valid, bcc: ['a@example.com', 'b'] }, 'bcc[1]'],
    ['too many recipients', { ...valid, to: many(60), cc: many(101).slice(60) }, 'to'],
    ['no subject', { ...valid, subject: undefined }, 'subject'],
    ['a blank subject', { ...valid, subject: '  ' }, 'subject'],
    ['a header in the subject', { ...valid, subject: 'Hi\r\nBcc: evil@example.com' }, 'subject'],
    ['NUL in the subject', { ...valid, subject: `a${NUL}` }, 'subject'],
    ['half a character in the subject', { ...valid, subject: `a${LONE_SURROGATE}` }, 'subject'],
    ['a long subject', { ...valid, subject: 'x'.repeat(989) }, 'subject'],
    ['no content', { ...valid, text: '' }, 'text'],
    ['a text that is no string', { ...valid, text: { path: '/etc/passwd' } }, 'text'],
    ['NUL in the text', { ...valid, text: `a${NUL}` }, 'text'],
    ['half a character in the html', { ...valid, html: LONE_SURROGATE }, 'html'],
    ['a huge html', { ...valid, html: 'x'.repeat(2 * 1024 * 1024 + 1) }, 'html'],
    ['headers that are a list', { ...valid, headers: ['X-Tag'] }, 'headers'],
    ['a reserved header', { ...valid, headers: { BCC: 'b@example.com' } }, 'headers.BCC'],
    ['a header injection', { ...valid, headers: { 'X-Tag': 'a\r\nBcc: b@example.com' } }, 'headers.X-Tag'],
    [
      'a bad Reply-To',
      { ...valid, headers: { 'Reply-To': 'a@example.com, b@example.com' } },
      'headers.Reply-To',
    ],
    [
      'too many headers',
      { ...valid, headers: Object.fromEntries(many(51).map((_, i) => [`X-${i}`, 'x'])) },
      'headers',
    ],
    ['a class that is none', { ...valid, messageClass: 'x' }, 'messageClass'],
    ['an empty idempotency key', { ...valid, idempotencyKey: '' }, 'idempotencyKey'],
    ['a long idempotency key', { ...valid, idempotencyKey: 'x'.repeat(257) }, 'idempotencyKey'],
    ['a sendAt that is no Date', { ...valid, sendAt: '2030-01-01' }, 'sendAt'],
    ['an invalid Date', { ...valid, expiresAt: new Date(Number.NaN) }, 'expiresAt'],
    [
      'an expiry before its time',
      { ...valid, sendAt: new Date(2_000), expiresAt: new Date(2_000) },
      'expiresAt',
    ],
    ['an unknown field', { ...valid, Bcc: 'b@example.com' }, 'Bcc'],
    ['a text beside its template', { ...valid, template: 'welcome' }, 'text'],
    ['a template that is no name', { to: 'a@example.com', template: { name: 'welcome' } }, 'template'],
    ['a context without a template', { ...valid, context: {} }, 'context'],
    ['a context that is a list', { to: 'a@example.com', template: 'welcome', context: [] }, 'context'],
    [
      'a Date in its context',
      { to: 'a@example.com', template: 'a', context: { b: new Date() } },
      'context.b',
    ],
    [
      'a huge context',
      { to: 'a@example.com', template: 'a', context: { b: 'x'.repeat(262_144) } },
      'context',
    ],
    ['a priority that is none', { ...valid, priority: 1 }, 'priority'],
    ['tags that are a string', { ...valid, tags: 'a' }, 'tags'],
    ['a header in a tag', { ...valid, tags: ['a', 'b\r\nBcc: c@example.com'] }, 'tags[1]'],
    ['too many tags', { ...valid, tags: many(21) }, 'tags'],
    ['metadata of numbers', { ...valid, metadata: { order: 17 } }, 'metadata.order'],
    ['metadata with NUL', { ...valid, metadata: { order: NUL } }, 'metadata.order'],
    ['long metadata', { ...valid, metadata: { order: 'x'.repeat(501) } }, 'metadata.order'],
    ['an unsubscribe that is a string', { ...valid, unsubscribe: 'https://example.com' }, 'unsubscribe'],
    [
      'an http: URL to unsubscribe',
      { ...valid, unsubscribe: { url: 'http://example.com/u' } },
      'unsubscribe.url',
    ],
    ['a password in it', { ...valid, unsubscribe: { url: 'https://a:b@example.com/' } }, 'unsubscribe.url'],
    [
      'a URL to unsubscribe that fits no line',
      { ...valid, unsubscribe: { url: `https://example.com/${'x'.repeat(900)}` } },
      'unsubscribe.url',
    ],
    [
      'two addresses to unsubscribe at',
      { ...valid, unsubscribe: { url: 'https://example.com/', mailto: 'a@example.com,b@example.com' } },
      'unsubscribe.mailto',
    ],
    [
      'another way to unsubscribe',
      { ...valid, unsubscribe: { url: 'https://a.com/', tel: '1' } },
      'unsubscribe.tel',
    ],
    [
      'a way to unsubscribe that others would learn',
      { ...valid, cc: 'b@example.com', unsubscribe: { url: 'https://example.com/u' } },
      'to',
    ],
  ])('is refused with %s', (_what, input, field) => {
    const error = refusal(input);
    expect(error).toBeInstanceOf(InvalidEmailError);
    expect(error.field).toBe(field);
    expect(error.fix).not.toBe('');
  });

  it('of a class of bulk mail needs a way to unsubscribe', () => {
    const classes = { ...NO_CLASSES, news: { ...NO_CLASSES['default']!, bulk: true } };
    const news = { ...valid, messageClass: 'news' };
    expect(() => validateEmail(news, classes)).toThrow('unsubscribe is missing');
    const unsubscribe = { url: 'https://example.com/u?id=ä b' };
    expect(validateEmail({ ...news, unsubscribe }, classes).unsubscribe).toEqual({
      url: 'https://example.com/u?id=%C3%A4%20b',
      mailto: null,
    });
  });

  it('says what was wrong, with what, and what to do', () => {
    expect(refusal({ ...valid, to: ['a@example.com', 'nobody'] }).message).toBe(
      'to[1] is not an address: "nobody". Give one address per string: a@example.com, or Name <a@example.com>.',
    );
    expect(refusal({ ...valid, subjct: 'x' }).message).toBe(
      'subjct is not a field of a message. Did you mean "subject"?',
    );
  });

  it('may hold any text of any language', () => {
    const body = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes(NUL));
    fc.assert(
      fc.property(body, (text) => {
        expect(validateEmail({ ...valid, text }, NO_CLASSES).text).toBe(text);
      }),
    );
  });

  it('is refused by a typed error or not at all, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(
            'to',
            'cc',
            'subject',
            'text',
            'headers',
            'sendAt',
            'template',
            'context',
            'tags',
            'metadata',
            'unsubscribe',
            'priority',
          ),
          fc.anything(),
        ),
        (input) => {
          try {
            validateEmail(input as unknown as EmailInput, NO_CLASSES);
          } catch (error) {
            expect(error).toBeInstanceOf(InvalidEmailError);
          }
        },
      ),
    );
  });
});
