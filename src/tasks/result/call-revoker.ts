import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../broker-port.js';
import { BROKER } from '../broker-token.js';
import { queueOfId } from '../call-id.js';
import { formatDuration } from '../duration.js';
import { encodeRevocation } from '../envelope/stored-outcome.js';
import { BrokerUnavailableError } from '../errors/broker.errors.js';
import { UnknownTaskIdError } from '../errors/result.errors.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../options/resolve-module-options.js';
import { TransactionalCalls } from '../transaction/transactional-calls.js';
import { untilAnswered } from '../until-answered.js';

const PUBLICATION_PAUSE = 50;

/** Revokes calls, from any process. */
@Injectable()
export class CallRevoker {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly transactions: TransactionalCalls,
  ) {}

  /**
   * @returns false: it had ended before
   * @throws {@link UnknownTaskIdError}, {@link BrokerUnavailableError}
   */
  async revoke(id: string, terminate: boolean): Promise<boolean> {
    const deadline = performance.now() + this.options.enqueueTimeout;
    for (;;) {
      const was = await this.insist(id, terminate);
      if (was !== 'unknown') return was !== 'ended';
      // Between its commit and its publication the broker does not know a call.
      if (!(await this.transactions.waiting(id)) || performance.now() > deadline)
        throw new UnknownTaskIdError(id);
      await sleep(PUBLICATION_PAUSE);
    }
  }

  private insist(id: string, terminate: boolean): ReturnType<Broker['revoke']> {
    const timeout = this.options.enqueueTimeout;
    const late = (cause: unknown) =>
      new BrokerUnavailableError(
        this.broker.description,
        `the revocation of "${id}"`,
        formatDuration(timeout),
        cause,
      );
    const revoke = () => this.broker.revoke(queueOfId(id), id, encodeRevocation('on request'), terminate);
    return untilAnswered(revoke, timeout, late);
  }
}
