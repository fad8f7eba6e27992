import * as sdk from '@sentry/node';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RunningCall } from '../../tasks/index.js';
import { callTrace } from '../trace/call-trace.js';
import { LateScope } from './delivery-scope.js';
import { ScopeStorage } from './scope-storage.js';

const call = (id: string): RunningCall => ({
  id,
  task: 't',
  queue: 'q',
  retries: 1,
  headers: {},
  size: 2,
  waited: 0,
});

function run<T>(id: string, code: () => T): T {
  const storage = new ScopeStorage(sdk).get();
  if (!storage) throw new Error('the SDK holds scopes in another way than is thought here');
  return storage.run(new LateScope(sdk, storage, call(id), callTrace(id, {}), 'redis'), code);
}

const tags = (): object => sdk.getIsolationScope().getScopeData().tags;

describe('the scopes of a delivery', () => {
  beforeAll(() => {
    sdk.init({ dsn: 'http://key@127.0.0.1:9/1', defaultIntegrations: false });
    sdk.setTag('of', 'the process');
  });
  afterEach(() => void vi.restoreAllMocks());

  it('are not made for code that tells the SDK nothing', () => {
    const clone = vi.spyOn(sdk.Scope.prototype, 'clone');
    expect(run('q.1', () => 7)).toBe(7);
    expect(clone).not.toHaveBeenCalled();
    run('q.1', () => sdk.setTag('colour', 'green'));
    expect(clone).toHaveBeenCalledTimes(1);
  });

  it('are its own, and say which call it is', async () => {
    const of = (id: string) =>
      run(id, async () => {
        sdk.setTag('own', id);
        await Promise.resolve();
        sdk.addBreadcrumb({ message: id });
        return { tags: tags(), trace: sdk.getCurrentScope().getPropagationContext().traceId };
      });
    const [first, second] = await Promise.all([of('q.1'), of('q.2')]);
    expect(first.tags).toMatchObject({ of: 'the process', task: 't', queue: 'q', attempt: 2, own: 'q.1' });
    expect(second.tags).toMatchObject({ own: 'q.2' });
    expect([first.trace, second.trace]).toEqual(
      ['q.1', 'q.2'].map((id) => (callTrace(id, {}) as { traceId: string }).traceId),
    );
    expect(tags()).toEqual({ of: 'the process' });
    expect(sdk.getIsolationScope().getScopeData().breadcrumbs).toEqual([]);
  });

  it('of code within that of another begin as the other has them', () => {
    run('q.1', () => {
      sdk.setTag('colour', 'green');
      run('q.2', () => expect(tags()).toMatchObject({ colour: 'green' }));
      run('q.2', () => sdk.setTag('colour', 'red'));
      expect(tags()).toMatchObject({ colour: 'green' });
    });
  });

  it("are left to the SDK where it holds them otherwise, as in OpenTelemetry's context", () => {
    const storage = new ScopeStorage(sdk);
    const client = sdk.getClient<sdk.NodeClient>() as sdk.NodeClient;
    const { asyncLocalStorageLookup } = client;
    expect(storage.get()).toBe(asyncLocalStorageLookup?.asyncLocalStorage);
    try {
      client.asyncLocalStorageLookup = {
        ...asyncLocalStorageLookup,
        contextSymbol: Symbol('scopes'),
      } as never;
      expect(storage.get()).toBeUndefined();
      client.asyncLocalStorageLookup = { asyncLocalStorage: new Map() as never };
      expect(storage.get()).toBeUndefined();
      client.asyncLocalStorageLookup = undefined;
      expect(storage.get()).toBeUndefined();
    } finally {
      client.asyncLocalStorageLookup = asyncLocalStorageLookup;
    }
  });
});
