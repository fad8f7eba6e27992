import type { Duration } from '../../../tasks/duration.js';
import { parseDuration } from '../../../tasks/duration.js';
import type { StorableResult } from '../../../tasks/envelope/storable-result.js';
import type { TaskPolicy } from '../../../tasks/options/task-policy.js';
import type { BrokerTransaction } from '../../../tasks/transaction/transactional-adapter.js';
import { Attempt } from '../../run/attempt.js';
import type { FromChild, RunMessage } from '../protocol.js';
import type { ParentDelivery } from './parent-delivery.js';

const nothing = () => undefined;

/** An attempt as the child sees it that runs its code: the parent keeps its clock, and whether a transaction completes it. */
export class ChildAttempt extends Attempt {
  constructor(
    private readonly fromParent: ParentDelivery,
    call: RunMessage,
    policy: TaskPolicy,
    private readonly send: (message: FromChild) => void,
  ) {
    super(fromParent, call.args, call.headers, { ...policy, softTimeLimit: null, timeLimit: null }, nothing);
  }

  override extendLimits(by: Duration): void {
    parseDuration(by);
    this.send({ type: 'extend', by });
  }

  override beginShield(atMost: Duration): void {
    super.beginShield(atMost);
    this.send({ type: 'shield', atMost });
  }

  override endShield(): void {
    super.endShield();
    this.send({ type: 'shield over' });
  }

  override async completeWithin(transaction: BrokerTransaction, result: StorableResult): Promise<void> {
    await this.fromParent.announceCompletion(result);
    await super.completeWithin(transaction, result);
  }
}
