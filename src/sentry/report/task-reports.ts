import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import {
  type DeliveryEvent,
  type LossEvent,
  OUTCOMES,
  TaskEvents,
  type TaskOutcome,
} from '../../tasks/index.js';
import { callTags } from '../call-tags.js';
import { DeliveryScopes } from '../scope/delivery-scopes.js';
import { type ResolvedSentryOptions, ruleOf, SENTRY_OPTIONS } from '../options/resolve-sentry-options.js';
import { scrubArguments } from '../scrub/scrub-arguments.js';
import { decideLossReport, decideReport } from './decide-report.js';
import { failureKind, fingerprint } from './failure-kind.js';
import { type CallReport, Reporter } from './reporter.js';

/** Reports the calls that fail, and those that the worker lost. */
@Injectable()
export class TaskReports {
  /** Calls whose lock was lost here, and whose outcome will be refused for that. */
  private readonly withoutLock = new Set<string>();

  constructor(
    private readonly events: TaskEvents,
    private readonly reporter: Reporter,
    private readonly scopes: DeliveryScopes,
    @Inject(BROKER) private readonly broker: Pick<Broker, 'description'>,
    @Inject(SENTRY_OPTIONS) private readonly options: ResolvedSentryOptions,
  ) {}

  listen(): void {
    this.events.onEach(OUTCOMES, (name, event) => this.onOutcome(name, event));
    this.events.on('lost', (event) => this.onLoss(event));
  }

  private onOutcome(name: TaskOutcome, event: DeliveryEvent): void {
    const scope = this.scopes.take(event.id);
    const rule = ruleOf(this.options, event.task);
    if (!rule || !decideReport(name, event, rule)) return;
    const { id, task, queue, retries, headers, error, reason = '' } = event;
    const kind = name === 'quarantined' ? 'quarantined' : failureKind(error);
    const failed = error instanceof Error;
    this.reporter.report({
      id,
      headers,
      scope,
      fingerprint: fingerprint(kind, task),
      level: name === 'retried' ? 'warning' : 'error',
      tags: callTags(event, this.broker.description),
      contexts: {
        task: { id, task, queue, attempt: retries + 1, outcome: name, ...(failed && { error: kind }) },
        ...(rule.sendArguments && this.reporter.takesArguments && argumentsOf(event)),
      },
      what: failed ? { error } : { type: name === 'quarantined' ? 'Quarantined' : kind, value: reason },
    });
  }

  private onLoss(event: LossEvent): void {
    const { id, task, queue, how, reason } = event;
    const scope = how === 'died' ? this.scopes.take(id) : this.scopes.get(id);
    if (how === 'lock lost') this.withoutLock.add(id);
    // The same loss, seen a second time.
    if (how === 'refused' && this.withoutLock.delete(id)) return;
    if (!decideLossReport(event, ruleOf(this.options, task))) return;
    this.reporter.report({
      id,
      headers: {},
      scope,
      fingerprint: fingerprint(how === 'died' ? 'worker lost' : 'lock lost', task),
      level: 'warning',
      tags: callTags({ task, queue }, this.broker.description),
      contexts: { task: { id, task, queue, outcome: how } },
      what: { type: how === 'died' ? 'WorkerLost' : 'LockLost', value: reason },
    });
  }
}

const argumentsOf = ({ args }: DeliveryEvent): CallReport['contexts'] => ({
  arguments: Object.assign({}, scrubArguments(args)),
});
