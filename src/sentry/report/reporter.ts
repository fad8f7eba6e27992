import { Inject, Injectable } from '@nestjs/common';
import type { Event } from '@sentry/node';
import { randomUUID } from 'node:crypto';
import type { DeliveryScope } from '../scope/delivery-scope.js';
import { type ResolvedSentryOptions, SENTRY_OPTIONS } from '../options/resolve-sentry-options.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { SDK } from '../sdk/start-sdk.js';
import { callTrace } from '../trace/call-trace.js';
import { withinTrace } from '../trace/within-trace.js';
import { finishEvent } from './finish-event.js';
import { Storms } from './storms.js';

/** Something to report of a call. */
export interface CallReport {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fingerprint: string[];
  readonly level: 'error' | 'warning';
  readonly tags: Record<string, string | number>;
  readonly contexts: Record<string, Record<string, unknown>>;
  /** What was thrown; without it, what happened. */
  readonly what: { readonly error: unknown } | { readonly type: string; readonly value: string };
  /** That of its code, if it ran here. */
  readonly scope: DeliveryScope | undefined;
}

/** Hands events to the SDK, each in the scope and the trace it belongs to. */
@Injectable()
export class Reporter {
  private readonly sdk: Sdk;
  private readonly storms: Storms;

  constructor(
    @Inject(SDK) sdk: Sdk | undefined,
    @Inject(SENTRY_OPTIONS) { throttle }: ResolvedSentryOptions,
  ) {
    // Nobody calls it without one.
    this.sdk = sdk as Sdk;
    this.storms = new Storms(throttle);
  }

  /** An application that has initialised the SDK itself may have said that arguments of queues are not collected. */
  get takesArguments(): boolean {
    return this.sdk.getClient()?.getDataCollectionOptions().queues !== false;
  }

  report(report: CallReport): void {
    const { fingerprint } = report;
    if (!this.storms.admit(fingerprint, (count) => this.reportKept(report, count))) return;
    const { sdk } = this;
    this.inScopeOf(report, (scope) => {
      scope.setTags(report.tags);
      scope.setLevel(report.level);
      for (const [key, context] of Object.entries(report.contexts)) scope.setContext(key, context);
      const own = ownFingerprint(scope.getScopeData().fingerprint, report.scope);
      // The SDK drops an event that is like the last one; they are told apart by this, until the last moment.
      scope.setFingerprint([randomUUID()]);
      scope.addEventProcessor((event, hint) => finishEvent(event, hint, own ?? fingerprint));
      const { what } = report;
      if ('error' in what) sdk.captureException(what.error, { mechanism: MECHANISM });
      else sdk.captureEvent({ exception: { values: [{ ...what, mechanism: MECHANISM }] } });
    });
  }

  /** A message that stands for itself. It is never kept back. */
  tell(message: string, event: Required<Pick<Event, 'level' | 'fingerprint' | 'tags'>>): void {
    const { sdk } = this;
    sdk.withIsolationScope((isolation) => {
      isolation.clearBreadcrumbs();
      sdk.startNewTrace(() =>
        sdk.withScope((scope) => {
          scope.addEventProcessor((sent, hint) => finishEvent(sent, hint, event.fingerprint));
          sdk.captureEvent({ ...event, message, fingerprint: [randomUUID()] });
        }),
      );
    });
  }

  /** Tells what was kept back, and waits until it is sent, but no longer than this. */
  async close(timeout: number): Promise<void> {
    this.storms.close();
    await this.sdk.flush(timeout);
  }

  private reportKept({ fingerprint, tags }: CallReport, count: number): void {
    const [, kind = '', task = ''] = fingerprint;
    // It is of no single attempt.
    const shared = Object.fromEntries(Object.entries(tags).filter(([name]) => name !== 'attempt'));
    this.tell(`${count} more of "${task}" were kept back: ${kind}`, {
      level: 'error',
      fingerprint,
      tags: shared,
    });
  }

  private inScopeOf(
    { scope, id, headers }: CallReport,
    capture: (scope: DeliveryScope['scope']) => void,
  ): void {
    const { sdk } = this;
    if (scope)
      return sdk.withIsolationScope(scope.isolationScope, () => sdk.withScope(scope.scope.clone(), capture));
    return sdk.withIsolationScope((isolation) => {
      isolation.clearBreadcrumbs();
      withinTrace(sdk, callTrace(id, headers), () => sdk.withScope(capture));
    });
  }
}

/** The worker has caught it, and goes on. */
const MECHANISM = { type: 'celeriac', handled: true };

/** What the task's code wants its failures to be told apart by. */
function ownFingerprint(set: string[], scope: DeliveryScope | undefined): string[] | undefined {
  const all = [...(scope?.isolationScope.getScopeData().fingerprint ?? []), ...set];
  return all.length > 0 ? all : undefined;
}
