import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import {
  type Publication,
  type PublishedCalls,
  type RunningCall,
  type TaskInstrumentation,
} from '../../tasks/index.js';
import { endedItself } from '../../tasks/instrumentation/ended-itself.js';
import { processRole } from '../../tasks/process-role.js';
import { type DeliveryScope, introduce, LateScope, type Scope } from '../scope/delivery-scope.js';
import { DeliveryScopes } from '../scope/delivery-scopes.js';
import { ScopeStorage } from '../scope/scope-storage.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { SDK } from '../sdk/start-sdk.js';
import { bareTrace } from './bare-trace.js';
import { type CallTrace, callTrace, isSampled, propagationOf, traceHeaders } from './call-trace.js';
import { withinTrace } from './within-trace.js';

type Send = (headers: Readonly<Record<string, string>>) => Promise<Publication>;

/** As long as a process that is about to end waits for it. */
const LAST_WORDS = 1_000;

/**
 * Spans around sending and running, as Sentry's Queues page reads them, one trace from one to the other, and a scope of
 * its own for every delivery.
 */
@Injectable()
export class TaskTraces implements TaskInstrumentation {
  private readonly sdk: Sdk;
  /** That of everything that belongs to no request and no task. */
  private readonly traceOfProcess: string;
  private readonly storage: ScopeStorage;

  constructor(
    @Inject(SDK) sdk: Sdk | undefined,
    @Inject(BROKER) private readonly broker: Pick<Broker, 'description'>,
    private readonly scopes: DeliveryScopes,
  ) {
    // Nobody calls it without one.
    this.sdk = sdk as Sdk;
    this.storage = new ScopeStorage(this.sdk);
    this.traceOfProcess = sdk ? sdk.getCurrentScope().getPropagationContext().traceId : '';
  }

  publish(calls: PublishedCalls, send: Send): unknown {
    const { sdk } = this;
    const bare = this.recordsSpans ? undefined : bareTrace(sdk, this.traceOfProcess);
    if (bare) return send(traceHeaders(bare, calls.delay));
    // Without a parent Sentry's page does not count it, and what runs would take it for not recorded.
    if (sdk.getActiveSpan()) return this.publishInSpan(calls, send);
    const { traceId } = sdk.getCurrentScope().getPropagationContext();
    const sendOn = () => this.sendUnseen(calls, send);
    return traceId === this.traceOfProcess ? sdk.startNewTrace(sendOn) : sendOn();
  }

  /** Without spans of the store: those of Redis hold what the commands do, the arguments of the call among it. */
  private sendUnseen({ delay }: PublishedCalls, send: Send): Promise<Publication> {
    const headers = traceHeaders(this.sdk.getTraceData(), delay);
    return this.sdk.suppressTracing(() => send(headers));
  }

  private publishInSpan(calls: PublishedCalls, send: Send): unknown {
    const { task, queue, count } = calls;
    return this.sdk.startSpan(
      { name: task, op: 'queue.publish', attributes: attributes(queue) },
      async (span) => {
        const { ids, size } = await this.sendUnseen(calls, send);
        span.setAttributes({
          'messaging.message.body.size': size,
          ...(count === 1 && { 'messaging.message.id': ids[0] }),
          ...(count > 1 && { 'messaging.batch.message_count': count }),
        });
      },
    );
  }

  run(call: RunningCall, code: () => unknown): unknown {
    const trace = callTrace(call.id, call.headers);
    const storage = this.recordsSpans || isSampled(trace) ? undefined : this.storage.get();
    if (!storage) return this.runInScope(call, trace, code);
    const scope = new LateScope(this.sdk, storage, call, trace, this.broker.description);
    this.keep(call.id, scope);
    return storage.run(scope, code);
  }

  private runInScope(call: RunningCall, trace: CallTrace, code: () => unknown): unknown {
    const { sdk } = this;
    return sdk.withIsolationScope((isolationScope) => {
      introduce(isolationScope, call, this.broker.description);
      if (this.recordsSpans || isSampled(trace)) return this.runInSpan(call, trace, isolationScope, code);
      const scope = sdk.getCurrentScope();
      scope.setPropagationContext(propagationOf(trace));
      this.keep(call.id, { scope, isolationScope });
      return code();
    });
  }

  private runInSpan(
    { id, task, queue, retries, size, waited }: RunningCall,
    trace: CallTrace,
    isolationScope: Scope,
    code: () => unknown,
  ): unknown {
    const { sdk } = this;
    const span = {
      name: task,
      op: 'queue.process',
      attributes: {
        ...attributes(queue),
        'messaging.message.id': id,
        'messaging.message.body.size': size,
        'messaging.message.retry.count': retries,
        ...(waited !== undefined && { 'messaging.message.receive.latency': waited }),
      },
    };
    return withinTrace(sdk, trace, (links) =>
      sdk.startSpan({ ...span, ...(links && { links }) }, () => {
        this.keep(id, { scope: sdk.getCurrentScope(), isolationScope });
        return withoutControlFlow(code);
      }),
    );
  }

  /** Of a child process its worker tells what became of the call. */
  private keep(id: string, scope: DeliveryScope): void {
    if (processRole().kind !== 'child') this.scopes.keep(id, scope);
  }

  /** Spans cost several times what scopes do: they are made where any may be recorded. */
  private get recordsSpans(): boolean {
    const { tracesSampleRate, tracesSampler } = this.sdk.getClient()?.getOptions() ?? {};
    return tracesSampler !== undefined || (tracesSampleRate ?? 0) > 0;
  }

  flush(): Promise<boolean> {
    return this.sdk.flush(LAST_WORDS);
  }
}

const attributes = (queue: string) => ({
  'sentry.origin': 'auto.queue.celeriac',
  'messaging.destination.name': queue,
});

/** A task that ends itself has not failed, and its span has not either. */
async function withoutControlFlow(code: () => unknown): Promise<void> {
  try {
    await code();
  } catch (error) {
    if (!endedItself(error)) throw error;
  }
}
