import { Inject, Injectable } from '@nestjs/common';
import { ClaimLostError } from '../errors/index.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import type { ClaimedEmail } from './claimed-email.js';
import { EmailOutbox } from './email-outbox.js';

/** A claim that is being kept. */
export interface KeptClaim {
  /** Aborted when another run holds the message. */
  readonly lost: AbortSignal;
  release(): void;
}

/** Keeps claims alive while their messages are being sent: the lease is short, so that those of the dead end soon. */
@Injectable()
export class ClaimKeeper {
  private readonly interval: number;

  constructor(
    private readonly outbox: EmailOutbox,
    @Inject(EMAIL_OPTIONS) { claimLease }: ResolvedEmailOptions,
  ) {
    this.interval = Math.ceil(claimLease / 3);
  }

  keep(email: ClaimedEmail): KeptClaim {
    const controller = new AbortController();
    const timer = setInterval(() => {
      // A database that does not answer decides nothing: the hand-over asks it again.
      this.outbox.renew(email).then(
        (kept) => {
          if (!kept) controller.abort(new ClaimLostError(email.id));
        },
        () => undefined,
      );
    }, this.interval);
    return { lost: controller.signal, release: () => clearInterval(timer) };
  }
}
