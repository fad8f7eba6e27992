import { Injectable } from '@nestjs/common';
import { KnownLimits, TaskBreakers } from '../../limits/index.js';
import { BreakerOpenError, BrokerUnavailableError } from '../../tasks/index.js';
import { SEND_POLICY, SEND_TASK } from '../send-policy.js';
import type { SmtpOutcome } from './smtp-outcome.js';

type Unavailable = SmtpOutcome & { kind: 'unavailable' };

/** What a breaker counts. */
class TransportDownError extends Error {
  constructor(readonly answer: Unavailable) {
    super(answer.reason);
  }
}

/**
 * A breaker for each of several transports, shared by all processes: while one is open, messages go to the next
 * transport, and one message at a time tries whether the server is back.
 */
@Injectable()
export class TransportBreakers {
  constructor(
    private readonly known: KnownLimits,
    private readonly breakers: TaskBreakers,
  ) {}

  declare(transport: string): void {
    const { failures, window, cooldown } = LIMITS;
    this.known.declareBreaker(nameOf(transport), { failures, window, cooldown, on: [TransportDownError] });
  }

  /** @returns `unavailable`, without having tried, while the transport's breaker is open */
  async through(transport: string, send: () => Promise<SmtpOutcome>): Promise<SmtpOutcome> {
    let begun = false;
    const attempt = async () => {
      begun = true;
      const answer = await send();
      if (answer.kind === 'unavailable') throw new TransportDownError(answer);
      return answer;
    };
    try {
      return await this.breakers.withBreaker(nameOf(transport), attempt);
    } catch (error) {
      if (error instanceof TransportDownError) return error.answer;
      if (error instanceof BreakerOpenError)
        return {
          kind: 'unavailable',
          reason: `the SMTP server "${transport}" is known to be down`,
          verdicts: [],
        };
      // A broker that does not answer knows nothing of an outage.
      if (error instanceof BrokerUnavailableError && !begun) return send();
      throw error;
    }
  }
}

const nameOf = (transport: string): string => `${SEND_TASK}:${transport}`;

/** Those of the task. */
const LIMITS = { failures: SEND_POLICY.breaker.failures, window: 30_000, cooldown: 5_000 };
