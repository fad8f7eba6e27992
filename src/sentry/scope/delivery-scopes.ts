import { Injectable } from '@nestjs/common';
import type { DeliveryScope } from './delivery-scope.js';

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
