import fc from 'fast-check';
import addressparser from 'nodemailer/lib/addressparser';
import { describe, expect, it } from 'vitest';
import { isAddress, parseAddress, parseDomain } from './address.js';

const NUL = String.fromCharCode(0);
const LONE_SURROGATE = String.fromCharCode(0xd800);
const LINE_SEPARATOR = String.fromCharCode(0x2028);

describe('an address', () => {
  it.each([
    ['a@example.com', null, 'a@example.com', 'a@example.com'],
    ['A.b+tag@EXAMPLE.com', null, 'A.b+tag@example.com', 'a.b+tag@example.com'],
    ['<a@example.com>', null, 'a@example.com', 'a@example.com'],
    ['Ann Lee <a@example.com>', 'Ann Lee', 'a@example.com', 'a@example.com'],
    ['"Lee, Ann" <a@example.com>', 'Lee, Ann', 'a@example.com', 'a@example.com'],
    ['Zoë <a@example.com>', 'Zoë', 'a@example.com', 'a@example.com'],
    ["o'neil@example.com", null, "o'neil@example.com", "o'neil@example.com"],
    ['a@bücher.example', null, 'a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['root@localhost', null, 'root@localhost', 'root@localhost'],
  ])('%s is read as one mailbox', (text, name, address, normalised) => {
    expect(parseAddress(text)).toEqual({ name, address, normalised });
  });

  it.each([
    ['', 'is not an address'],
    ['nobody', 'is not an address'],
    ['@example.com', 'is not an address'],
    ['a@', 'is not an address'],
    ['a@b@example.com', 'has a malformed local part'],
    ['a..b@example.com', 'has a malformed local part'],
    ['.a@example.com', 'has a malformed local part'],
    ['a(comment)@example.com', 'has a malformed local part'],
    ['a@example', 'has a malformed domain'],
    ['a@-x.example.com', 'has a malformed domain'],
    ['a@example..com', 'has a malformed domain'],
    ['a@[127.0.0.1]', 'has a malformed domain'],
    ['a@127.0.0.1', 'has a malformed domain'],
    ['a@exa_mple.com', 'has a malformed domain'],
    ['a@ü%2e.com', 'has a malformed domain'],
    ['a@example.com, b@example.com', 'is a list or a group'],
    ['a@example.com;b@example.com', 'is a list or a group'],
    ['undisclosed: a@example.com;', 'is a list or a group'],
    ['a@example.com\r\nBcc: evil@example.com', 'holds a line break or another unprintable character'],
    [`a${NUL}@example.com`, 'holds a line break or another unprintable character'],
    [`a${LONE_SURROGATE} <a@example.com>`, 'holds a line break or another unprintable character'],
    [`a${LINE_SEPARATOR} <a@example.com>`, 'holds a line break or another unprintable character'],
    ['a b@example.com', 'has a space in it'],
    [' a@example.com', 'has a space in it'],
    ['"a b"@example.com', 'has a space in it'],
    ['"a"@example.com', 'has a quoted local part'],
    ['jörg@example.com', 'has a local part outside ASCII'],
    ['a@example.com <b@example.com>', 'has a name with one of , ; : " ( ) [ ] \\ @'],
    ['Ann "the" Lee <a@example.com>', 'has a name with one of , ; : " ( ) [ ] \\ @'],
    ['Ann <a@example.com> <b@example.com>', 'has stray angle brackets'],
    ['Ann <<a@example.com>>', 'has stray angle brackets'],
    ['a@example.com>', 'has stray angle brackets'],
    [`${'a'.repeat(65)}@example.com`, 'has a local part of more than 64 characters'],
    [`${'a'.repeat(60)}@${'b.'.repeat(97)}com`, 'is longer than 254 characters'],
    [`${'n'.repeat(201)} <a@example.com>`, 'has a name of more than 200 characters'],
  ])('%j is refused: it %s', (text, problem) => {
    expect(parseAddress(text)).toMatchObject({ problem });
  });

  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.string({ unit: fc.constantFrom(...Array.from('ab@.<>,;:"\\()[] \r\nü%=')), maxLength: 40 }),
    fc
      .tuple(fc.string({ maxLength: 20 }), fc.string({ maxLength: 10 }))
      .map(([name, local]) => `${name} <${local}@x.test>`),
  );

  it('means one recipient to nodemailer too, and the one the block check sees', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const parsed = parseAddress(text);
        if (!isAddress(parsed)) return;
        const mailboxes = addressparser(parsed.address, { flatten: true });
        expect(mailboxes.map((mailbox) => mailbox.address)).toEqual([parsed.address]);
        expect(parsed.normalised).toBe(parsed.address.toLowerCase());
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read the same again once normalised', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const parsed = parseAddress(text);
        if (!isAddress(parsed)) return;
        expect(parseAddress(parsed.normalised)).toMatchObject({ normalised: parsed.normalised });
      }),
    );
  });
});

describe('a domain', () => {
  it.each([
    ['Example.COM', 'example.com'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['localhost', 'localhost'],
    ['intranet', null],
    ['example.123', null],
    [`${'a'.repeat(64)}.com`, null],
  ])('%s is %s', (text, domain) => {
    expect(parseDomain(text)).toBe(domain);
  });
});
