import { Injectable } from '@nestjs/common';
import type { Sdk } from './sdk/load-sdk.js';

type Scope = ReturnType<Sdk['getCurrentScope']>;

/** What the code of a delivery saw, and wrote to. */
export interface DeliveryScope {
  /** Tags and breadcrumbs of its own. */
  readonly isolation: Scope;
  /** Its place in a trace. */
  readonly current: Scope;
}

/**
 * The scopes of the deliveries whose code runs in this process: what they come to is told when their code has ended, and
 * outside of them.
 */
@Injectable()
export class DeliveryScopes {
  private readonly byId = new Map<string, DeliveryScope>();

  keep(id: string, scope: DeliveryScope): void {
    this.byId.set(id, scope);
  }

  get(id: string): DeliveryScope | undefined {
    return this.byId.get(id);
  }

  /** @returns undefined if its code did not run, or in another process */
  take(id: string): DeliveryScope | undefined {
    const scope = this.byId.get(id);
    this.byId.delete(id);
    return scope;
  }
}
