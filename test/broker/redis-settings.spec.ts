import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bootApp } from '../conformance/test-app.js';
import { startRedis } from '../support/redis-server.js';

describe('the settings of Redis', () => {
  afterEach(() => void vi.restoreAllMocks());

  const warningsUnder = async (policy: string): Promise<string[]> => {
    const redis = await startRedis('--maxmemory-policy', policy);
    const warn = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const app = await bootApp({ broker: { type: 'redis', url: redis.url } }, []);
    await app.close();
    await redis.stop();
    return warn.mock.calls.map(([message]) => String(message));
  };

  it('a maxmemory-policy that evicts is warned about, with the command that mends it', async () => {
    const warnings = await warningsUnder('allkeys-lru');
    expect(warnings).toContainEqual(
      expect.stringMatching(/"allkeys-lru".*config set maxmemory-policy noeviction/s),
    );
  });

  it('noeviction is not', async () => {
    expect((await warningsUnder('noeviction')).filter((warning) => warning.includes('maxmemory'))).toEqual(
      [],
    );
  });
});
