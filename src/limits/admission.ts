import { Injectable } from '@nestjs/common';
import type { Admitted, BreakerGate, Holding, Refused } from '../tasks/gates.js';
import { GateKeeper } from './gate-keeper.js';
import { GatePass } from './gate-pass.js';
import { HeldPermits } from './held-permits.js';
import type { CallGate, GatesOf } from './task-gates.js';

/** When a keeper looks after a call that others wait behind, unless it looks anyway, in ms. */
const CROWDED = 150;

/** A call that its gates have let pass. */
export interface Passage {
  readonly admitted: true;
  /** What it has taken; of no gates, if there is nothing to give back. */
  readonly holding: Holding;
  /** Milliseconds before it may begin. */
  readonly wait: number;
  readonly probe: boolean;
  /** Retries that it has back. */
  readonly refunded: number;
}

/** A call that one of its gates has refused. */
export interface Refusal extends Refused {
  readonly by: CallGate;
}

/** Takes calls through their gates, and gives back what they hold. */
@Injectable()
export class Admission {
  constructor(
    private readonly pass: GatePass,
    private readonly held: HeldPermits,
    private readonly keeper: GateKeeper,
  ) {}

  /**
   * @param since when it was first refused
   * @param lease of its permits, in ms
   * @param onLost told if they are lost
   * @throws {@link InvalidKeyError}, {@link BrokerUnavailableError}
   */
  async enter(
    member: string,
    gatesOf: GatesOf,
    args: readonly unknown[],
    since: number | null,
    lease: number,
    onLost: () => void,
  ): Promise<Passage | Refusal> {
    const gates = gatesOf(args);
    const asked = performance.now();
    const answer = await this.pass.ask({
      member,
      since,
      lease,
      gates: gates.map(({ gate, onRefused }) => ({ ...gate, waits: onRefused === 'wait' })),
    });
    if (!answer.admitted) {
      this.keeper.follow(answer.delay);
      return { ...answer, by: gates[answer.gate] as CallGate };
    }
    if (answer.crowded) this.keeper.follow(CROWDED);
    const { wait, probe, fence, refunded } = answer;
    const taken = gates.filter(({ gate: { kind } }) => kind === 'permits' || (kind === 'breaker' && probe));
    const holding = { member, fence, gates: taken.map(({ gate: { id } }) => id) };
    if (taken.length > 0) this.held.add(holding, lease, asked, onLost);
    return { admitted: true, holding, wait, probe, refunded };
  }

  leave({ holding }: Passage): void {
    if (holding.gates.length > 0) this.held.release(holding);
  }

  /**
   * Has a call wait at a breaker that it found out about itself: behind others, for it has had its turn.
   *
   * @returns admitted, if its cooldown is over meanwhile, or it has closed: then there is nothing to wait for
   */
  async waitAt(member: string, gate: BreakerGate): Promise<Refusal | Admitted> {
    const request = { member, since: null, lease: 1, gates: [{ ...gate, waits: true }] };
    const answer = await this.pass.ask(request);
    if (answer.admitted) return answer;
    this.keeper.follow(answer.delay);
    return { ...answer, by: { gate, onRefused: 'wait' } };
  }
}
