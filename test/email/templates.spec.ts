import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineTemplate, InvalidEmailError, UnknownTemplateError } from '../../src/email/index.js';
import { Outbox } from './support/outbox.js';
import { TemplateDirectory } from './support/template-directory.js';

const order = defineTemplate(
  'shop/order',
  z.object({ number: z.number(), lines: z.array(z.string()).default(['nothing']) }),
);
const FILES = {
  'welcome.subject.liquid': 'Welcome, {{ name }}\n',
  'welcome.html.liquid': `{% layout 'layouts/main' %}{% block body %}<p>Hello <b>{{ name }}</b></p>{% endblock %}`,
  'layouts/main.html.liquid': '<body>{% block body %}{% endblock %}</body>',
  'shop/order.subject.liquid': 'Order {{ number }}',
  'shop/order.text.liquid': '{% for line in lines %}- {{ line }}\n{% endfor %}',
};

describe('a message of a template', () => {
  let directory: TemplateDirectory;
  const outbox = new Outbox();
  beforeAll(async () => {
    directory = await TemplateDirectory.create(FILES);
    await outbox.start({
      templates: { directory: directory.path, declared: [order] },
      messageClasses: { late: { renderAt: 'prepare' } },
    });
  });
  afterAll(async () => {
    await outbox.stop();
    await directory[Symbol.asyncDispose]();
  });
  beforeEach(() => outbox.reset());

  const to = 'a@example.com';
  const row = async (id: string) =>
    (
      await outbox.db.query(
        'SELECT subject, text, html, template, context FROM email_message WHERE id = $1',
        [id],
      )
    )[0];
  const received = () => PostalMime.parse(outbox.peer.received[0]?.raw ?? '');
  const refusal = async (input: object): Promise<InvalidEmailError> => {
    const error: unknown = await outbox.service.send(input as never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidEmailError);
    return error as InvalidEmailError;
  };

  it('is rendered when it is accepted, and that is what is sent', async () => {
    const { id } = await outbox.service.send({ to, template: 'welcome', context: { name: 'Ann & Bob' } });
    expect(await row(id)).toEqual({
      subject: 'Welcome, Ann & Bob',
      html: '<body><p>Hello <b>Ann &amp; Bob</b></p></body>',
      text: 'Hello Ann & Bob',
      template: 'welcome',
      context: null,
    });
    expect(await outbox.view(id)).toMatchObject({ subject: 'Welcome, Ann & Bob', template: 'welcome' });
    await outbox.run(id);
    const mail = await received();
    expect(mail.subject).toBe('Welcome, Ann & Bob');
    expect(mail.text?.trim()).toBe('Hello Ann & Bob');
    expect(mail.html).toContain('<b>Ann &amp; Bob</b>');
  });

  it('may have a subject of its own', async () => {
    const input = { to, template: 'welcome', context: { name: 'Ann' } };
    const { id } = await outbox.service.send({ ...input, subject: 'Hi' });
    expect(await row(id)).toMatchObject({ subject: 'Hi', text: 'Hello Ann' });
    const late = await outbox.service.send({ ...input, subject: 'Hi', messageClass: 'late' });
    await outbox.run(late.id);
    expect((await received()).subject).toBe('Hi');
  });

  it('is rendered when it is sent, if its class says so', async () => {
    const context = { z: 1, name: 'Ann', a: 2 };
    const { id } = await outbox.service.send({ to, template: 'welcome', context, messageClass: 'late' });
    expect(await row(id)).toEqual({ subject: null, html: null, text: null, template: 'welcome', context });
    expect(await outbox.view(id)).toMatchObject({ subject: null, template: 'welcome', messageClass: 'late' });
    expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
    expect((await received()).subject).toBe('Welcome, Ann');
  });

  it('that cannot be rendered then fails for good, with the reason, and stops no other', async () => {
    const late = { to, messageClass: 'late', template: 'welcome' };
    const bad = await outbox.service.send({ ...late, context: { nam: 'Ann' } });
    const hostile = await outbox.service.send({ ...late, context: { name: 'Ann\r\nBcc: evil@example.com' } });
    const good = await outbox.service.send({ ...late, context: { name: 'Ann' } });
    const gone = await outbox.service.send({ ...late, context: { name: 'Ann' } });
    await outbox.db.query(`UPDATE email_message SET template = 'gone' WHERE id = $1`, [gone.id]);
    for (const { id } of [bad, hostile, gone])
      expect(await outbox.run(id)).toMatchObject({ status: 'failed' });
    expect(await outbox.run(good.id)).toMatchObject({ status: 'sent' });
    expect((await outbox.view(bad.id)).reason).toBe(
      'The e-mail template "welcome" cannot be rendered: undefined variable: name (welcome.html.liquid, line 1).',
    );
    expect(await outbox.view(hostile.id)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('holds a line break'),
      recipients: [{ verdict: 'refused' }],
    });
    expect((await outbox.view(gone.id)).reason).toContain('There is no e-mail template "gone"');
    expect(outbox.peer.received).toHaveLength(1);
  });

  it('is refused if the template asks for more than its context has, naming template, variable and line', async () => {
    const error = await refusal({ to, template: 'welcome', context: { nam: 'Ann' } });
    expect(error.field).toBe('context');
    expect(error.message).toContain(
      'does not fit the template "welcome": undefined variable: name (welcome.html.liquid, line 1)',
    );
  });

  it('is refused if its subject would have two lines', async () => {
    const error = await refusal({
      to,
      template: 'welcome',
      context: { name: 'Ann\r\nBcc: evil@example.com' },
    });
    expect(error).toMatchObject({
      field: 'context',
      problem: expect.stringContaining('welcome.subject.liquid'),
    });
  });

  it('is refused if there is no such template', async () => {
    expect(await refusal({ to, template: '../welcome' })).toMatchObject({
      field: 'template',
      fix: 'Use one of shop/order, welcome.',
    });
  });

  it('has a context that its schema checks and completes, however the template is named', async () => {
    const { id } = await outbox.service.send({ to, template: order, context: { number: 17 } });
    expect(await row(id)).toMatchObject({ subject: 'Order 17', text: '- nothing\n' });
    for (const template of [order, 'shop/order']) {
      const error = await refusal({ to, template, context: { number: '17' } });
      expect(error.field).toBe('context.number');
    }
    const mistyped = outbox.service.send({
      to,
      template: order,
      // @ts-expect-error -- the compiler knows what the template asks for, too
      context: { number: '17' },
    });
    await expect(mistyped).rejects.toThrow(InvalidEmailError);
  });

  it('is refused, and stops no other, if its schema throws', async () => {
    const odd = defineTemplate<{ name: string }>('welcome', {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value) => {
          if ((value as { name: string }).name === 'Eve') throw new Error('never mind');
          return { value: value as { name: string } };
        },
      },
    });
    const messages = ['Ann', 'Eve', 'Bob'].map((name) => ({ to, template: odd, context: { name } }));
    const refused: string[] = [];
    const done = await outbox.service.sendMany(messages, {
      onInvalid: ({ error }) => refused.push(error.message),
    });
    expect(done).toEqual({ accepted: 2, duplicates: 0, invalid: 1 });
    expect(refused).toEqual([
      expect.stringContaining('the schema of the template "welcome" threw Error: never mind'),
    ]);
  });

  it('is part of the first step alone and of transactions, too', async () => {
    const input = { to, template: 'welcome', context: { name: 'Ann' } };
    const { id } = await outbox.preprocessor.preprocess(input);
    expect((await outbox.view(id)).subject).toBe('Welcome, Ann');
    await outbox.db.transaction((manager) => outbox.service.within(manager).send(input));
    expect(await outbox.db.query('SELECT FROM email_message')).toHaveLength(2);
  });

  it('can be looked at before', async () => {
    const templates = outbox.templates;
    expect(templates.list()).toEqual(['shop/order', 'welcome']);
    expect(await templates.preview('welcome', { name: 'Ann' })).toEqual({
      subject: 'Welcome, Ann',
      html: '<body><p>Hello <b>Ann</b></p></body>',
      text: 'Hello Ann',
    });
    expect(await templates.preview(order, { number: 1, lines: ['a'] })).toMatchObject({ text: '- a\n' });
    await expect(templates.preview('welcome')).rejects.toThrow(InvalidEmailError);
    await expect(templates.preview('goodbye')).rejects.toThrow(UnknownTemplateError);
    expect(outbox.peer.received).toEqual([]);
  });
});
