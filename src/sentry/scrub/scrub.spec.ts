import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrubArguments } from './scrub-arguments.js';
import { scrubData } from './scrub-data.js';
import { scrubEnvelope } from './scrub-envelope.js';

describe('data on its way to Sentry', () => {
  it('has no address in any text, nor in the name of a field', () => {
    expect(
      scrubData({
        exception: { values: [{ type: 'E', value: '550 <jane@example.com>' }] },
        'bob@example.org': ['x', { deep: 'a@b.de' }],
        number: 7,
        nothing: null,
      }),
    ).toEqual({
      exception: { values: [{ type: 'E', value: '550 <[address]>' }] },
      '[address]': ['x', { deep: '[address]' }],
      number: 7,
      nothing: null,
    });
  });

  it('is the same but for that', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, noUnicodeString: true } as never), (value) => {
        fc.pre(!/@|%40|&#64;|\\u0040|__proto__/.test(JSON.stringify(value)));
        expect(scrubData(value)).toEqual(value);
      }),
    );
  });

  it('hides one at any depth: what is too deep to look at is not sent', () => {
    let nested: unknown = 'jane@example.com';
    for (let depth = 0; depth < 100; depth++) nested = depth % 2 === 0 ? [nested] : { nested };
    expect(JSON.stringify(scrubData(nested))).not.toContain('jane');
  });

  it('may refer to itself, and to one thing many times', () => {
    const one: Record<string, unknown> = { to: 'jane@example.com' };
    one['self'] = one;
    let many: unknown = one;
    for (let level = 0; level < 10; level++) many = { a: many, b: many, c: many, d: many, e: many, f: many };
    const scrubbed = scrubData(one) as typeof one;
    expect(scrubbed['to']).toBe('[address]');
    expect(scrubbed['self']).toBe(scrubbed);
    expect(scrubData(many)).toHaveProperty('a.b.c');
  });

  it('leaves bytes alone', () => {
    const bytes = new Uint8Array([1, 2]);
    expect(scrubData({ bytes })).toEqual({ bytes });
  });
});

describe('an envelope', () => {
  it('has no address in any of its items; its header is kept', () => {
    const items: [object, unknown][] = [
      [{ type: 'span' }, { items: [{ name: 'to jane@example.com' }] }],
      [{ type: 'raw' }, 'jane@example.com'],
      [{ type: 'none' }, null],
    ];
    const header = { dsn: 'https://k@host/1', trace: { transaction: 'a@b.de' } };
    const envelope: [object, [object, unknown][]] = [header, items];
    scrubEnvelope(envelope);
    expect(envelope).toEqual([
      { dsn: 'https://k@host/1', trace: { transaction: '[address]' } },
      [
        [{ type: 'span' }, { items: [{ name: 'to [address]' }] }],
        [{ type: 'raw' }, '[address]'],
        [{ type: 'none' }, null],
      ],
    ]);
  });
});

describe('arguments on their way to Sentry', () => {
  it.each<[unknown, unknown]>([
    [
      ['7f3e', 42, true, null],
      ['7f3e', 42, true, null],
    ],
    [['write to jane@example.com'], ['write to [address]']],
    [[{ subject: 'Your order', id: 7 }], [{ subject: '[left out]', id: 7 }]],
    [
      [{ to: 'a@b.de', html: '<p>', text: 'x', body: 'y', bcc: [], replyTo: 'z' }],
      [
        {
          to: '[left out]',
          html: '[left out]',
          text: '[left out]',
          body: '[left out]',
          bcc: '[left out]',
          replyTo: '[left out]',
        },
      ],
    ],
    [
      [{ password: 'x', accessToken: 'x', api_key: 'x', Authorization: 'x', userEmail: 'x' }],
      [
        {
          password: '[left out]',
          accessToken: '[left out]',
          api_key: '[left out]',
          Authorization: '[left out]',
          userEmail: '[left out]',
        },
      ],
    ],
    [[{ topic: 'kept', total: 3, texture: 'kept' }], [{ topic: 'kept', total: 3, texture: 'kept' }]],
    [['x'.repeat(500)], [`${'x'.repeat(199)}…`]],
    [[[[[['deep']]]]], [[[['[cut]']]]]],
    [[Array.from({ length: 30 }, (_, i) => i)], [[...Array.from({ length: 20 }, (_, i) => i), '[cut]']]],
  ])('%j becomes %j', (args, scrubbed) => {
    expect(scrubArguments(args)).toEqual(scrubbed);
  });

  it('are never long, however large they were', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (args) => {
        expect(JSON.stringify(scrubArguments(args)).length).toBeLessThan(4_000_000);
      }),
      { numRuns: 20 },
    );
    const large = Array.from({ length: 1_000 }, () => 'y'.repeat(10_000));
    expect(JSON.stringify(scrubArguments(large)).length).toBeLessThan(5_000);
  });
});
