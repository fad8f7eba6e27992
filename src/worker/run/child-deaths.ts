import { Injectable } from '@nestjs/common';
import type { Delivery } from '../../tasks/broker-port.js';
import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import { type Child, type ChildExit, describeExit } from '../pools/child.js';
import { decideCrash } from '../retry/crash-decision.js';
import { runsAgain } from '../retry/runs-again.js';
import { handedBack } from '../stages/handed-back.js';
import type { Outcome } from '../stages/outcome.js';
import { quarantine } from '../stages/quarantine.js';
import { CrashHistory, HERE } from './crash-history.js';
import { workerLost } from './worker-lost.js';

/** What becomes of a call whose child process died: it was alone in it, so the death is its own, if its code had begun. */
@Injectable()
export class ChildDeaths {
  constructor(private readonly history: CrashHistory) {}

  async judge(delivery: Delivery, policy: TaskPolicy, child: Child, exit: ChildExit): Promise<Outcome> {
    const how = `its child process ended (${describeExit(exit)})`;
    // Not charged; counted where that fails nobody, lest it goes on without end.
    if (!child.begun) {
      const lost = runsAgain(policy);
      return { ...handedBack(`${how} before its code began`), settlement: { kind: 'handBack', lost } };
    }
    const charged = await this.history.add(
      delivery,
      {
        how,
        exitCode: exit.code,
        signal: exit.signal,
        memory: child.memory,
        lastLines: child.lines.list(),
        charged: true,
      },
      `${HERE}, child ${child.pid}`,
    );
    const decision = decideCrash({ policy, charged, losses: delivery.losses + 1, how });
    switch (decision.kind) {
      case 'fail':
        return workerLost(delivery.name, how);
      case 'quarantine':
        return quarantine(decision.reason);
      case 'redeliver':
        return { name: 'lost', how: 'died', reason: how, settlement: { kind: 'handBack', lost: true } };
    }
  }
}
