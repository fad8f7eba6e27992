import type { EmailInput, EmailStatus } from '../../../src/email/index.js';
import type { Outbox } from './outbox.js';

type Input = Partial<EmailInput>;

/** Ways to bring a message into each of the statuses, by the ways of the module itself. */
export class MessageStates {
  constructor(private readonly outbox: Outbox) {}

  /** @returns its id */
  reach(status: EmailStatus, input: Input = {}): Promise<string> {
    return this[status](input);
  }

  private pending(input: Input): Promise<string> {
    return this.outbox.accept(input);
  }

  private async claimed(input: Input): Promise<string> {
    return (await this.claim(input)).id;
  }

  private async handed_over(input: Input): Promise<string> {
    const email = await this.claim(input);
    await this.outbox.claims.handOver(email, 'default');
    return email.id;
  }

  private async unknown(input: Input): Promise<string> {
    const email = await this.claim(input);
    await this.outbox.claims.handOver(email, 'default');
    await this.outbox.claims.settle(email, { status: 'unknown', reason: 'no answer', verdicts: [] });
    return email.id;
  }

  private async deferred(input: Input): Promise<string> {
    const id = await this.outbox.accept(input);
    this.outbox.peer.script = { mailFrom: { code: 450, text: 'later' } };
    await this.outbox.runInVain(id);
    this.outbox.peer.script = {};
    return id;
  }

  private async sent(input: Input): Promise<string> {
    return this.run(await this.outbox.accept(input));
  }

  private async failed(input: Input): Promise<string> {
    const id = await this.outbox.accept(input);
    this.outbox.peer.script = {
      rcptTo: (address) => ({ code: 550, text: `5.1.1 <${address}> is unknown here` }),
    };
    await this.run(id);
    this.outbox.peer.script = {};
    return id;
  }

  private async blocked(input: Input): Promise<string> {
    const id = await this.outbox.accept({ to: 'denied@example.com', ...input });
    const { recipients } = await this.outbox.view(id);
    for (const { address } of recipients)
      await this.outbox.lists.deny(address, { reason: 'they asked for it' });
    return this.run(id);
  }

  private async expired(input: Input): Promise<string> {
    return this.run(await this.outbox.accept({ ...input, expiresAt: new Date(Date.now() + 1) }));
  }

  private async cancelled(input: Input): Promise<string> {
    const id = await this.outbox.accept(input);
    await this.outbox.service.cancel(id);
    return id;
  }

  private async run(id: string): Promise<string> {
    await this.outbox.run(id);
    return id;
  }

  private async claim(input: Input) {
    const claim = await this.outbox.claims.claim(await this.outbox.accept(input));
    if (claim.kind !== 'claimed') throw new Error(`it is ${claim.kind}`);
    return claim.email;
  }
}
