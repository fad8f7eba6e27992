import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TasksService } from '../../src/index.js';
import { Callers, FixtureTasks, Gates, Journal } from '../conformance/fixture-tasks.js';
import { bootApp } from '../conformance/test-app.js';

describe('the embedded broker', () => {
  it('runs tasks on a Postgres of its own, and keeps calls across restarts', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'celeriac-test-embedded-'));
    const providers = [FixtureTasks, Callers, Journal, Gates];
    try {
      const producer = await bootApp({ broker: { type: 'embedded', dataDir } }, [Callers]);
      const { id } = await producer.get(Callers).tasks.echo.delay('kept', 'across a restart');
      await producer.close();

      const worker = await bootApp({ broker: { type: 'embedded', dataDir }, worker: true }, providers);
      expect(await worker.get(TasksService).result(id).get()).toBe('across a restart');
      await worker.close();
    } finally {
      await rm(dataDir, { recursive: true, force: true });
    }
  });
});
