import { Injectable, type Provider } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import {
  type ClaimedEmail,
  EmailBlockCheckService,
  EmailHooks,
  type PreparedEmail,
  type SendOutcome,
  type SmtpOutcome,
  type Verdict,
} from '../../src/email/index.js';
import { Retry } from '../../src/tasks/index.js';
import { Outbox } from './support/outbox.js';

@Injectable()
class Diary extends EmailHooks {
  static lines: string[] = [];
  static failing: keyof EmailHooks | undefined;

  override claimed = ({ subject }: ClaimedEmail) => this.note('claimed', subject);
  override blockChecked = (_email: ClaimedEmail, blocked: readonly Verdict[]) =>
    this.note('blockChecked', blocked.length);
  override prepared = (_email: ClaimedEmail, { message }: PreparedEmail) => {
    message.headers = { ...(message.headers as Record<string, string>), 'X-Trace': 'abc' };
    this.note('prepared', '');
  };
  override handedOver = (_email: ClaimedEmail, transport: string) => this.note('handedOver', transport);
  override answered = (_email: ClaimedEmail, { kind }: SmtpOutcome) => this.note('answered', kind);
  override settled = (_email: ClaimedEmail, { status }: SendOutcome) => this.note('settled', status);

  private note(hook: keyof EmailHooks, what: unknown): void {
    Diary.lines.push(`${hook} ${String(what)}`.trim());
    if (Diary.failing === hook) throw new Error(`no ${hook}`);
  }
}

/** Blocks everybody. */
@Injectable()
class Closed extends EmailBlockCheckService {
  override check(email: ClaimedEmail): Promise<Verdict[]> {
    const closed = { verdict: 'blocked', detail: 'closed', code: null, enhancedCode: null } as const;
    return Promise.resolve(email.recipients.map(({ id }): Verdict => Object.assign({ id }, closed)));
  }
}

describe('an application that has its own', () => {
  let outbox: Outbox;
  const start = async (providers: Provider[]) => {
    outbox = new Outbox();
    await outbox.start({ providers });
  };
  afterEach(async () => {
    await outbox.stop();
    Diary.lines = [];
    Diary.failing = undefined;
  });

  it('hooks is told of every step, in order, and may add to the message', async () => {
    await start([{ provide: EmailHooks, useClass: Diary }]);
    await outbox.run(await outbox.accept());
    expect(Diary.lines).toEqual([
      'claimed Hello',
      'blockChecked 0',
      'prepared',
      'handedOver default',
      'answered accepted',
      'settled sent',
    ]);
    expect(outbox.peer.received[0]?.raw).toContain('X-Trace: abc');
  });

  it.each(['claimed', 'blockChecked', 'prepared', 'handedOver'] as const)(
    'hooks keeps a message from being sent by an error in "%s"; it is tried again',
    async (hook) => {
      await start([{ provide: EmailHooks, useClass: Diary }]);
      Diary.failing = hook;
      const id = await outbox.accept();
      expect(await outbox.runInVain(id)).toBeInstanceOf(Retry);
      expect(await outbox.view(id)).toMatchObject({ status: 'deferred', reason: `no ${hook}` });
      expect(outbox.peer.received).toEqual([]);
      Diary.failing = undefined;
      expect(await outbox.run(id, { retries: 1 })).toMatchObject({ status: 'sent' });
    },
  );

  it.each(['answered', 'settled'] as const)('hooks changes nothing by an error in "%s"', async (hook) => {
    await start([{ provide: EmailHooks, useClass: Diary }]);
    Diary.failing = hook;
    expect(await outbox.run(await outbox.accept())).toMatchObject({ status: 'sent' });
  });

  it('service in place of one of the module’s is used', async () => {
    await start([{ provide: EmailBlockCheckService, useClass: Closed }]);
    expect(await outbox.run(await outbox.accept())).toEqual({
      status: 'blocked',
      reason: 'a@example.com: closed',
    });
  });
});
