import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../broker-port.js';
import { BROKER } from '../broker-token.js';
import { queueOfId } from '../call-id.js';
import { encodeRevocation } from '../envelope/stored-outcome.js';
import { UnknownTaskIdError } from '../errors/result.errors.js';
import { insist } from '../insist.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../options/resolve-module-options.js';
import { TransactionalCalls } from '../transaction/transactional-calls.js';

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
    const reason = encodeRevocation('on request');
    const revoke = () => this.broker.revoke(queueOfId(id), id, reason, terminate);
    const deadline = performance.now() + this.options.enqueueTimeout;
    for (;;) {
      const was = await insist(this.broker, `the revocation of "${id}"`, this.options.enqueueTimeout, revoke);
      if (was !== 'unknown') return was !== 'ended';
      const other = await this.duplicateOf(id);
      if (other !== undefined) return this.revoke(other, terminate);
      // Between its commit and its publication the broker does not know a call.
      if (!(await this.transactions.waiting(id)) || performance.now() > deadline)
        throw new UnknownTaskIdError(id);
      await sleep(PUBLICATION_PAUSE);
    }
  }

  private duplicateOf(id: string): Promise<string | undefined> {
    const read = () => this.broker.records.duplicateOf(queueOfId(id), id);
    return insist(this.broker, `a read of "${id}"`, this.options.enqueueTimeout, read);
  }
}
