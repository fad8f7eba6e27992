import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { formatDuration } from '../tasks/duration.js';
import { LimitTimeoutError } from '../tasks/errors/limit.errors.js';
import { type Admitted, type Gate, type Refused, VISITOR } from '../tasks/gates.js';
import { GatePass } from './gate-pass.js';

const SHORTEST_PAUSE = 10;
const LONGEST_PAUSE = 250;

export interface VisitOptions {
  /** What the gate is, for messages: `The lock "a"`. */
  readonly what: string;
  /** Milliseconds; 0 does not wait. */
  readonly timeout: number;
  /** Of what it takes there, in ms. */
  readonly lease: number;
}

export interface Visit {
  readonly member: string;
  readonly answer: Admitted;
  /** When its lease began at the latest, by performance.now(). */
  readonly asked: number;
}

/** Takes code through a gate outside any call: it waits here, and looks from time to time whether its turn has come. */
@Injectable()
export class Visitors {
  constructor(
    private readonly pass: GatePass,
    @Inject(BROKER) private readonly broker: Broker,
  ) {}

  /**
   * @returns how it passed, or, if it is not to wait, why not
   * @throws {@link LimitTimeoutError}, {@link BrokerUnavailableError}
   */
  async enter(gate: Gate, { what, timeout, lease }: VisitOptions): Promise<Visit | Refused> {
    const member = `${VISITOR}${randomUUID()}`;
    const deadline = performance.now() + timeout;
    let since: number | null = null;
    try {
      for (let pause = SHORTEST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
        const asked = performance.now();
        const answer = await this.pass.ask({
          member,
          since,
          lease,
          gates: [{ ...gate, waits: timeout > 0 }],
        });
        if (answer.admitted) {
          if (answer.wait > 0) await sleep(answer.wait);
          return { member, answer, asked };
        }
        if (timeout === 0) return answer;
        const left = deadline - performance.now();
        if (left <= 0) throw new LimitTimeoutError(what, formatDuration(timeout));
        since = answer.since;
        await sleep(Math.min(left, gate.kind === 'rate' ? turnIn(answer, pause) : pause));
      }
    } catch (error) {
      // Whoever waits behind it need not wait for it.
      if (since !== null) void this.broker.gates.leave(member, [gate.id]).catch(() => undefined);
      throw error;
    }
  }
}

/** A rate tells when the turn comes; it may come sooner, when others leave or the limit is raised. */
const turnIn = ({ delay }: Refused, pause: number): number =>
  Math.min(Math.max(SHORTEST_PAUSE, delay), Math.max(pause, LONGEST_PAUSE));
