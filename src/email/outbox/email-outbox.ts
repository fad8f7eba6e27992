import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { ClaimLostError } from '../errors/index.js';
import type { EmailStatus } from '../message/email-status.js';
import { classOf } from '../options/message-class.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { Batches } from './batches.js';
import type { ClaimedEmail } from './claimed-email.js';
import { fatesByClass } from './fate.js';
import { Statements } from './statements.js';
import type { SendOutcome } from './send-outcome.js';
import { CLAIM, HAND_OVER, INTERRUPT, LOSE, RENEW, SETTLE, SETTLED, STANDING } from './transitions.sql.js';

/** What came of asking for a message. */
export type Claim =
  | { kind: 'claimed'; email: ClaimedEmail }
  | { kind: 'missing' }
  | { kind: 'finished'; status: EmailStatus }
  /** Another run has it, for so many milliseconds at most. */
  | { kind: 'busy'; wait: number };

/** Who claims, for people. */
const WORKER = `${hostname()}:${process.pid}`;

/**
 * The transitions of messages that are being sent; each is one conditional statement, and those of several messages that
 * come at the same time are one statement.
 */
@Injectable()
export class EmailOutbox {
  private readonly claims = new Batches<Wanted, ClaimedEmail | undefined>(async (wanted) => {
    const columns = [wanted.map(({ id }) => id), wanted.map(({ token }) => token)];
    const { claimLease } = this.options;
    const claimed = await this.statements.run<ClaimedEmail>('claim', CLAIM, [...columns, claimLease, WORKER]);
    const byToken = new Map(claimed.map((email) => [email.token, email]));
    return wanted.map(({ token }) => byToken.get(token));
  });

  private readonly handOvers = new Batches<HandOver, boolean>(async (all) => {
    const handed = await this.statements.run<Moved>('hand_over', HAND_OVER, [
      all.map(({ id }) => id),
      all.map(({ token }) => token),
      this.options.claimLease,
      all.map(({ transport }) => transport),
    ]);
    return among(handed, all);
  });

  private readonly settlements = new Batches<Settlement, boolean>(async (all) => {
    const outcomes = all.map(({ outcome }) => outcome);
    const settled = await this.statements.run<Moved>('settle', SETTLE, [
      all.map(({ email }) => email.id),
      all.map(({ email }) => email.token),
      outcomes.map(({ status }) => status),
      outcomes.map(({ reason }) => reason),
      outcomes.map((outcome) => ('smtpResponse' in outcome ? outcome.smtpResponse : null)),
      outcomes.map((outcome) => (outcome.status === 'deferred' ? outcome.delay : null)),
      JSON.stringify(outcomes.flatMap(({ verdicts }) => verdicts)),
    ]);
    return among(
      settled,
      all.map(({ email }) => email),
    );
  });

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly statements: Statements,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
  ) {}

  /**
   * Takes a message for `claimLease`. Two runs of one task cannot both hold it; one that was handed over before, and
   * whose holder has not been heard of since, gets what its class says.
   */
  async claim(id: string): Promise<Claim> {
    for (;;) {
      const token = randomUUID();
      const email = await this.claims.add({ id, token });
      if (email) return { kind: 'claimed', email };
      const [row] = await this.database.query<Standing[]>(STANDING, [id]);
      if (!row) return { kind: 'missing' };
      const { status, wait } = row;
      if (status === 'pending' || status === 'deferred') continue;
      if (status !== 'claimed' && status !== 'handed_over') return { kind: 'finished', status };
      if (wait !== null && wait > 0) return { kind: 'busy', wait };
      if (status === 'handed_over') await this.lose([id]);
    }
  }

  /** Goes on holding a message. @returns false: it is not this holder's any more */
  async renew({ id, token }: ClaimedEmail): Promise<boolean> {
    const renewed = await this.statements.run('renew', RENEW, [id, token, this.options.claimLease]);
    return renewed.length > 0;
  }

  /**
   * Says that from here on the SMTP server may have the message.
   *
   * @throws {@link ClaimLostError}: then it must not get it
   */
  async handOver({ id, token }: ClaimedEmail, transport: string): Promise<void> {
    if (!(await this.handOvers.add({ id, token, transport }))) throw new ClaimLostError(id);
  }

  /**
   * Writes what an attempt came to, with the verdicts and the event, and lets go of the message. Repeating it
   * is safe: the answer to the first write may have been lost on its way.
   *
   * @returns false if the lease ran out and another run has taken over: then nothing is written, unless the
   * message was sent, which is true whoever holds it
   */
  async settle(email: ClaimedEmail, outcome: SendOutcome): Promise<boolean> {
    if (await this.settlements.add({ email, outcome })) return true;
    const settled = await this.database.query<unknown[]>(SETTLED, [email.id, email.token]);
    return settled.length > 0;
  }

  /** Lets go of a message whose attempt was broken off before anything of it went out; its call runs again. */
  async interrupt(email: ClaimedEmail, reason: string): Promise<void> {
    await this.database.query(INTERRUPT, [email.id, email.token, reason]);
  }

  /** Gives messages whose holder vanished after the hand-over what their class says. @returns how many there were */
  async lose(ids: readonly string[] | null, limit = 100): Promise<number> {
    const fates = JSON.stringify(fatesByClass(this.options.messageClasses));
    const lost = await this.database.query<unknown[]>(LOSE, [fates, ids, limit]);
    return lost.length;
  }

  /** What its class says of a message whose fate nobody knows. */
  policyOf({ messageClass }: ClaimedEmail) {
    return classOf(this.options.messageClasses, messageClass).onUnknown;
  }
}

interface Wanted {
  readonly id: string;
  readonly token: string;
}

interface HandOver extends Wanted {
  readonly transport: string;
}

interface Settlement {
  readonly email: ClaimedEmail;
  readonly outcome: SendOutcome;
}

interface Moved {
  readonly token: string;
}

/** Which of them have moved. */
function among(moved: readonly Moved[], all: readonly Moved[]): boolean[] {
  const tokens = new Set(moved.map(({ token }) => token));
  return all.map(({ token }) => tokens.has(token));
}

interface Standing {
  readonly status: EmailStatus;
  readonly wait: number | null;
}
