import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutAddresses } from './without-addresses.js';

const MARK = '[address]';

describe('a text without addresses', () => {
  it.each([
    ['jane@example.com', MARK],
    ['550 5.1.1 <jane.doe+tag@mail.example.co.uk>: no such user', `550 5.1.1 <${MARK}>: no such user`],
    ['"Jane Doe" <jane@example.com>, bob@example.org.', `"Jane Doe" <${MARK}>, ${MARK}.`],
    ['"jane doe"@example.com said', `${MARK} said`],
    ['{\\"to\\":\\"jane@example.com\\"}', `{\\"to\\":\\"${MARK}\\"}`],
    ['(jane@[127.0.0.1]) and jane@[IPv6:2001:db8::1]', `(${MARK}) and ${MARK}`],
    ['root@localhost, root@10.0.0.1', `${MARK}, ${MARK}`],
    ['bounces+jane=example.com@list.example.org', MARK],
    ["o'brien@example.com", MARK],
    ['GET /unsubscribe/jane%40example.com/now', `GET /unsubscribe/${MARK}/now`],
    ['jürgen@müller.de 用户@例子.公司', `${MARK} ${MARK}`],
    ['jane@xn--mller-kva.de', MARK],
    ['mailto:jane@example.com?subject=x', `mailto:${MARK}?subject=x`],
    ['jane＠example.com jane&#64;example.com jane\\u0040example.com', `${MARK} ${MARK} ${MARK}`],
    ['jane@example.com\nbob@example.com', `${MARK}\n${MARK}`],
    ['redis://default:secret@redis.example.com:6379', `redis://default:${MARK}:6379`],
    ['jane@163.com', MARK],
  ])('%s', (text, scrubbed) => {
    expect(withoutAddresses(text)).toBe(scrubbed);
  });

  it.each([
    'at run (/app/node_modules/@sentry/node/build/index.js:7:13)',
    'at run (/app/node_modules/.pnpm/bullmq@6.7.0/node_modules/bullmq/dist/queue.js:7:13)',
    'install bullmq@6.7.0 and @nestjs/core@^12',
    '@Task() decorates nothing @ all',
    'a line without anything',
  ])('leaves alone: %s', (text) => {
    expect(withoutAddresses(text)).toBe(text);
  });

  const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
  const domain = fc
    .tuple(fc.array(label, { minLength: 1, maxLength: 3 }), fc.stringMatching(/^[a-z]{2,10}$/))
    .map(([labels, top]) => [...labels, top].join('.'));
  const local = fc.stringMatching(/^[A-Za-z0-9!#$%&'*+=?^_`{|}~-]{1,20}$/);

  it('whatever stands around it, neither the local part nor the domain is left', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[ ,;:<>()[\]\n/]*$/),
        local,
        domain,
        fc.constantFrom('@', '%40'),
        fc.stringMatching(/^[ ,;:<>()[\]\n/]*$/),
        (before, who, where, at, after) => {
          expect(withoutAddresses(`${before}${who}${at}${where}${after}`)).toBe(`${before}${MARK}${after}`);
        },
      ),
    );
  });

  it('is the same when it is done twice', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '@', '.', '"', '[', ']', '1', ' ', '%40') }),
        (text) => {
          const once = withoutAddresses(text);
          expect(withoutAddresses(once)).toBe(once);
        },
      ),
    );
  });

  it('takes no time that grows faster than the text', () => {
    for (const unit of ['a', 'a.', '"a', 'a%40', '@a', '%40', 'a@a-']) {
      const began = performance.now();
      withoutAddresses(unit.repeat(50_000));
      expect(performance.now() - began).toBeLessThan(2_000);
    }
  });
});
