import { AsyncLocalStorage } from 'node:async_hooks';
import type { NodeClient } from '@sentry/node';
import type { Sdk } from '../sdk/load-sdk.js';
import type { DeliveryScope } from './delivery-scope.js';

type Storage = AsyncLocalStorage<DeliveryScope | undefined>;

/**
 * Where the SDK looks for the scopes of the code that runs. With it code can be given scopes that are not made yet; the
 * SDK's own functions make them at once.
 */
export class ScopeStorage {
  private lookup: NodeClient['asyncLocalStorageLookup'];
  private storage: Storage | undefined;

  constructor(private readonly sdk: Sdk) {}

  /** @returns undefined if the SDK holds scopes in another way, as it does in OpenTelemetry's context */
  get(): Storage | undefined {
    const lookup = this.sdk.getClient<NodeClient>()?.asyncLocalStorageLookup;
    // The SDK may be initialised anew, and otherwise.
    if (lookup !== this.lookup) {
      this.lookup = lookup;
      this.storage = lookup?.contextSymbol === undefined ? this.proven(lookup?.asyncLocalStorage) : undefined;
    }
    return this.storage;
  }

  /** That the SDK reads it is written in its types alone: it is tried. */
  private proven(storage: unknown): Storage | undefined {
    if (!(storage instanceof AsyncLocalStorage)) return undefined;
    const { sdk } = this;
    const probe: DeliveryScope = { scope: new sdk.Scope(), isolationScope: new sdk.Scope() };
    const found = (storage as Storage).run(
      probe,
      () => sdk.getCurrentScope() === probe.scope && sdk.getIsolationScope() === probe.isolationScope,
    );
    return found ? (storage as Storage) : undefined;
  }
}
