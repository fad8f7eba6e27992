import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Snooze } from '../../src/tasks/index.js';
import { Outbox } from './support/outbox.js';
import { ScriptedSmtp } from './support/scripted-smtp.js';

describe('a message with several transports', () => {
  const outbox = new Outbox();
  const primary = new ScriptedSmtp();
  const backup = new ScriptedSmtp();
  beforeAll(async () => {
    await primary.start();
    await backup.start();
    const url = ({ port }: ScriptedSmtp) => `smtp://127.0.0.1:${port}?socketTimeout=500`;
    await outbox.start({
      transport: undefined,
      transports: { primary: url(primary), backup: url(backup) },
      messageClasses: { news: { transports: ['backup'] }, urgent: { onUnknown: 'resend' } },
    });
  });
  afterAll(async () => {
    await outbox.stop();
    await primary.stop();
    await backup.stop();
  });
  beforeEach(async () => {
    primary.reset();
    backup.reset();
    await outbox.reset();
    for (const { name } of await outbox.breakers.list()) await outbox.breakers.close(name);
  });
  const taken = () => [primary.taken.length, backup.taken.length];

  it('goes through the first, and says so', async () => {
    const id = await outbox.accept();
    await outbox.run(id);
    expect(taken()).toEqual([1, 0]);
    expect((await outbox.view(id)).events).toMatchObject([
      {},
      {},
      { kind: 'handed_over', detail: 'primary' },
      {},
    ]);
  });

  it('goes through those of its class', async () => {
    await outbox.run(await outbox.accept({ messageClass: 'news' }));
    expect(taken()).toEqual([0, 1]);
  });

  it.each([
    ['does not answer', { greeting: 'drop' }],
    ['refuses the login or the sender', { mail: '530 5.7.0 log in first' }],
    ['closes down before the content', { data: 'drop' }],
    ['closes down in answer to the content', { dot: '421 4.3.2 closing' }],
  ] as const)('goes through the next when the first %s, at once and once', async (_what, script) => {
    primary.script = script;
    const id = await outbox.accept();
    expect(await outbox.run(id)).toEqual({ status: 'sent', reason: null });
    expect(taken()).toEqual([0, 1]);
    expect((await outbox.view(id)).attempts).toBe(1);
  });

  it('goes through no other once one may have taken it', async () => {
    primary.script = { dot: 'drop' };
    const id = await outbox.accept();
    expect(await outbox.run(id)).toMatchObject({ status: 'unknown' });
    expect(backup.dialogues).toEqual([]);
  });

  it.each([
    ['refuses it', { dot: '554 5.7.1 spam' }, 'failed'],
    ['puts it off', { mail: '450 4.2.0 later' }, 'deferred'],
  ] as const)(
    'goes through no other when the first %s: that is about the message',
    async (_what, script, status) => {
      primary.script = script;
      const id = await outbox.accept();
      await outbox.run(id).catch(() => undefined);
      expect((await outbox.view(id)).status).toBe(status);
      expect(backup.dialogues).toEqual([]);
    },
  );

  it('goes to no recipient through the next whom the first has refused', async () => {
    primary.script = {
      rcpt: (address) => (address.startsWith('a') ? '550 5.1.1 unknown' : '421 4.3.2 closing'),
    };
    const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
    expect(await outbox.run(id)).toMatchObject({
      status: 'sent',
      reason: expect.stringContaining('a@example.com'),
    });
    expect(backup.taken).toMatchObject([{ rcpt: ['b@example.com'] }]);
  });

  it('does not ask a server that is known to be down, until its breaker lets one try', async () => {
    primary.script = { greeting: 'drop' };
    for (let count = 0; count < 3; count++) await outbox.run(await outbox.accept());
    expect(await outbox.breakers.get('email.send:primary')).toMatchObject({ state: 'open' });
    expect(await outbox.breakers.get('email.send:backup')).toMatchObject({ state: 'closed' });
    primary.script = {};
    await outbox.run(await outbox.accept());
    expect(taken()).toEqual([0, 4]);
    await outbox.breakers.close('email.send:primary');
    await outbox.run(await outbox.accept());
    expect(taken()).toEqual([1, 4]);
  });

  it('waits, and spends no retry, when all are known to be down', async () => {
    primary.script = { greeting: 'drop' };
    backup.script = { greeting: 'drop' };
    for (let count = 0; count < 3; count++) await outbox.runInVain(await outbox.accept());
    const id = await outbox.accept();
    expect(await outbox.runInVain(id)).toBeInstanceOf(Snooze);
    expect(await outbox.view(id)).toMatchObject({
      status: 'deferred',
      reason: 'the SMTP server "backup" is known to be down',
    });
  });
});
