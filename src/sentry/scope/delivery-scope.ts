import type { AsyncLocalStorage } from 'node:async_hooks';
import type { RunningCall } from '../../tasks/index.js';
import { callTags } from '../call-tags.js';
import type { Sdk } from '../sdk/load-sdk.js';
import { type CallTrace, propagationOf } from '../trace/call-trace.js';

/** The SDK's. */
export type Scope = ReturnType<Sdk['getCurrentScope']>;

/** What the code of a delivery saw, and wrote to; named as the SDK names it. */
export interface DeliveryScope {
  /** Its place in a trace. */
  readonly scope: Scope;
  /** Tags and breadcrumbs of its own. */
  readonly isolationScope: Scope;
}

/** Begins the isolation scope of a call. @param broker as its description has it */
export function introduce(isolation: Scope, call: RunningCall, broker: string): void {
  const { id, task, queue, retries } = call;
  isolation.clearBreadcrumbs();
  isolation.setTags(callTags(call, broker));
  isolation.setContext('task', { id, task, queue, attempt: retries + 1 });
}

/**
 * Scopes that are made when somebody asks for them. Two copies of scopes cost more than all else that is done for a
 * delivery, and most deliveries tell the SDK nothing.
 */
export class LateScope implements DeliveryScope {
  private readonly outer: DeliveryScope | undefined;
  private ownScope: Scope | undefined;
  private ownIsolation: Scope | undefined;

  constructor(
    private readonly sdk: Sdk,
    private readonly storage: AsyncLocalStorage<DeliveryScope | undefined>,
    private readonly call: RunningCall,
    private readonly trace: CallTrace,
    private readonly broker: string,
  ) {
    this.outer = storage.getStore();
  }

  get scope(): Scope {
    if (!this.ownScope) {
      this.ownScope = this.copyOf(() => this.sdk.getCurrentScope());
      this.ownScope.setPropagationContext(propagationOf(this.trace));
    }
    return this.ownScope;
  }

  get isolationScope(): Scope {
    if (!this.ownIsolation) {
      this.ownIsolation = this.copyOf(() => this.sdk.getIsolationScope());
      introduce(this.ownIsolation, this.call, this.broker);
    }
    return this.ownIsolation;
  }

  private copyOf(scope: () => Scope): Scope {
    return this.storage.run(this.outer, scope).clone();
  }
}
