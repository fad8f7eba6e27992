import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AnyEmailInput, InvalidEmailError, InvalidEmailQueryError } from '../../src/email/index.js';
import { Outbox } from './support/outbox.js';

const valid = { to: 'a@example.com', subject: 'Hello', text: 'Hi' };

describe('what is asked of a message', () => {
  const outbox = new Outbox();
  beforeAll(() =>
    outbox.start(
      { messageClasses: { news: { bulk: true, priority: 'low' }, alarm: { priority: 'high' } } },
      undefined,
      { priorities: true },
    ),
  );
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  it('is told by its views', async () => {
    const asked = {
      messageClass: 'news',
      tags: ['october', 'news:weekly', 'october'],
      metadata: { campaign: '17', note: '"; DROP TABLE email_message; --' },
      unsubscribe: { url: 'https://example.com/u/1', mailto: 'u@example.com' },
    };
    const id = await outbox.accept(asked);
    expect(await outbox.view(id)).toMatchObject({
      ...asked,
      tags: ['october', 'news:weekly'],
      priority: 'low',
      template: null,
    });
    const plain = await outbox.view(await outbox.accept());
    expect(plain).toMatchObject({ priority: 'normal', tags: [], metadata: {}, unsubscribe: null });
  });

  it('finds messages by a tag, newest first', async () => {
    const first = await outbox.accept({ tags: ['a', 'b'] });
    await outbox.accept({ tags: ['b'] });
    const last = await outbox.accept({ tags: ['a'] });
    await outbox.accept();
    const { items } = await outbox.service.list({ tag: 'a' });
    expect(items.map(({ id }) => id)).toEqual([last, first]);
    expect((await outbox.service.list({ tag: `a' OR 1=1` })).items).toEqual([]);
    await expect(outbox.service.list({ tag: '' })).rejects.toThrow(InvalidEmailQueryError);
  });

  it('gives its call a priority: its own, or that of its class', async () => {
    await outbox.accept({ messageClass: 'alarm' });
    await outbox.accept({ messageClass: 'alarm', priority: 'low' });
    await outbox.accept();
    expect(new Set(await outbox.priorities())).toEqual(new Set([1, 2, 3]));
  });

  it('keeps the priority when the call is made later, or again', async () => {
    const { id } = await outbox.preprocessor.preprocess({ ...valid, priority: 'high' });
    await outbox.sweep.sweep();
    expect(await outbox.priorities()).toEqual([1]);
    await outbox.forgetCalls();
    outbox.peer.script = { finalDot: async () => ({ code: 554, text: 'spam' }) };
    await outbox.run(id);
    await outbox.service.resend(id);
    expect(await outbox.priorities()).toEqual([1]);
  });

  it('is refused with a priority that the queue knows nothing of', async () => {
    const plain = new Outbox();
    await plain.start();
    await expect(plain.accept({ priority: 'high' })).rejects.toThrow(
      'priority is given, but the queue "email" has no priorities: "high". Declare queues: { "email": { priorities: true } }',
    );
    await plain.accept({ priority: 'normal' });
    await plain.stop();
  });

  it('neither stops another message nor breaks the outbox, however hostile it is', async () => {
    const evil = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ unit: fc.constantFrom(...Array.from(`'"\\;{}%,<>@\r\n\0 ab`)), maxLength: 20 }),
    );
    const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
    const input = fc.record({
      to: fc.oneof(fc.constant('a@example.com'), evil),
      subject: fc.oneof(fc.constant('s'), evil),
      text: fc.oneof(fc.constant('t'), evil),
      tags: some(fc.array(fc.oneof(fc.constantFrom('a', 'NULL', '_'), evil), { maxLength: 2 })),
      metadata: some(fc.dictionary(fc.constantFrom('a', '__proto__', 'b'), evil, { maxKeys: 2 })),
      headers: some(fc.dictionary(fc.constantFrom('X-A', 'X-B'), evil, { maxKeys: 2 })),
      unsubscribe: some(fc.record({ url: evil.map((text) => `https://example.com/${text}`) })),
      idempotencyKey: some(evil),
    });
    await fc.assert(
      fc.asyncProperty(input, async (hostile) => {
        const answer = await outbox.service.send(hostile as AnyEmailInput).catch((error: unknown) => error);
        if (answer instanceof Error) {
          expect(answer).toBeInstanceOf(InvalidEmailError);
          return;
        }
        const view = await outbox.view((answer as { id: string }).id);
        if ((answer as { duplicate: boolean }).duplicate) return;
        expect(view.tags).toEqual([...new Set(hostile.tags ?? [])]);
        expect(view.metadata).toEqual(hostile.metadata ?? {});
      }),
      { numRuns: 300 },
    );
    expect(await outbox.run(await outbox.accept())).toMatchObject({ status: 'sent' });
  });
});
