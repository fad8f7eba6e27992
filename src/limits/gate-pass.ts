import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import type { Admitted, GateAnswer, GateRequest } from '../tasks/gates.js';
import { insist } from '../tasks/insist.js';
import { AnswerDelay } from './answer-delay.js';

/** How long the broker may take to decide. */
const PATIENCE = 5_000;
const MOST_AT_ONCE = 100;
/**
 * A slot is over when its answer comes so much later than usual, in ms: begun late, a call would begin together with the
 * next. With `catchUp` and what the process takes to begin, it stays within the 100 ms that starts may be off.
 */
const OVER = 40;
/** If the broker keeps stumbling, the slot is used as it is. */
const MOST_ROUNDS = 5;

interface Waiting {
  readonly request: GateRequest;
  readonly resolve: (answer: GateAnswer | Promise<GateAnswer>) => void;
  readonly reject: (error: unknown) => void;
  readonly round: number;
}

/** Asks the broker at the gates. Those who come in the same turn of the event loop ask together. */
@Injectable()
export class GatePass {
  private readonly delay = new AnswerDelay();
  private waiting: Waiting[] = [];

  constructor(@Inject(BROKER) private readonly broker: Broker) {}

  /** @throws {@link BrokerUnavailableError} */
  ask(request: GateRequest): Promise<GateAnswer> {
    return this.join(request, 1);
  }

  private join(request: GateRequest, round: number): Promise<GateAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ request, resolve, reject, round });
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
      (answers) => this.answer(batch, answers),
      (error: unknown) => batch.forEach(({ reject }) => reject(error)),
    );
  }

  private answer(batch: readonly Waiting[], answers: readonly GateAnswer[]): void {
    const decided = answers.find((answer) => answer.admitted)?.at;
    const over = decided !== undefined && this.delay.of(decided, performance.now()) > OVER;
    for (const [index, { request, resolve, round }] of batch.entries()) {
      const answer = answers[index] as GateAnswer;
      resolve(over && answer.admitted && round < MOST_ROUNDS ? this.again(request, answer, round) : answer);
    }
  }

  /** Its slots are over: it asks for others, and keeps what else it has taken. */
  private async again(request: GateRequest, taken: Admitted, round: number): Promise<GateAnswer> {
    const { member, gates } = request;
    const rates = gates.filter(({ kind }) => kind === 'rate');
    if (rates.length === 0) return taken;
    const answer = await this.join({ ...request, gates: rates }, round + 1);
    if (answer.admitted) return { ...taken, wait: answer.wait };
    const others = gates.filter(({ kind }) => kind === 'permits' || (kind === 'breaker' && taken.probe));
    if (others.length > 0) {
      const holding = { member, fence: taken.fence, gates: others.map(({ id }) => id) };
      const release = () => this.broker.gates.release([holding]);
      // If that fails, they are free when their leases run out.
      await insist(this.broker, 'a release', PATIENCE, release).catch(() => undefined);
    }
    return { ...answer, gate: gates.indexOf(rates[answer.gate] as (typeof rates)[number]) };
  }
}
