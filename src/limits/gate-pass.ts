import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import type { GateAnswer, GateRequest } from '../tasks/gates.js';
import { insist } from '../tasks/insist.js';

/** How long the broker may take to decide. */
const PATIENCE = 5_000;
const MOST_AT_ONCE = 100;

interface Waiting {
  readonly request: GateRequest;
  readonly resolve: (answer: GateAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Asks the broker at the gates. Those who come in the same turn of the event loop ask together. */
@Injectable()
export class GatePass {
  private waiting: Waiting[] = [];

  constructor(@Inject(BROKER) private readonly broker: Broker) {}

  /** @throws {@link BrokerUnavailableError} */
  ask(request: GateRequest): Promise<GateAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject });
      if (this.waiting.length === 1) setImmediate(() => this.askAll());
    });
  }

  private askAll(): void {
    const all = this.waiting;
    this.waiting = [];
    for (let from = 0; from < all.length; from += MOST_AT_ONCE)
      this.askTogether(all.slice(from, from + MOST_AT_ONCE));
  }

  private askTogether(batch: readonly Waiting[]): void {
    const requests = batch.map(({ request }) => request);
    // Asked twice, a rate may count one call twice: that is on the safe side.
    insist(this.broker, 'the limits of calls', PATIENCE, () => this.broker.gates.pass(requests)).then(
      (answers) => batch.forEach(({ resolve }, index) => resolve(answers[index] as GateAnswer)),
      (error: unknown) => batch.forEach(({ reject }) => reject(error)),
    );
  }
}
