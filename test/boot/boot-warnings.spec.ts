import { Injectable, Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Task } from '../../src/index.js';
import { bootApp } from '../conformance/test-app.js';
import { brokerOptions } from '../conformance/variant.js';

@Injectable()
class Subject {
  @Task({ unique: { for: '1m' } })
  run(): void {}
}

describe('a task whose limits can surprise', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is warned of once at boot', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const app = await bootApp({ broker: brokerOptions({ broker: 'redis', lying: false }), worker: true }, [
      Subject,
    ]);
    await app.close();
    const told = warn.mock.calls
      .map(([message]) => String(message))
      .filter((message) => message.includes('Subject.run'));
    expect(told).toEqual([expect.stringContaining('"unique.for" (1m) may pass while a call still runs')]);
  });
});
