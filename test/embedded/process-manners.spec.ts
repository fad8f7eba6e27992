import { describe, expect, it } from 'vitest';
import { FixtureProcess } from './fixture-process.js';
import { scratchDataDir, serverPid } from './scratch.js';

const dataDir = scratchDataDir();

describe('a process that acquires', () => {
  it.each([
    ['nothing left to do', 'release', 0], // the first creates the cluster, and so runs every program
    ['exit code 3', 'release', 3],
    ['exit code 3', 'keep', 3],
    ['uncaught exception', 'release', 1],
    ['uncaught exception', 'keep', 1],
    ['nothing left to do', 'keep', 0],
  ])('and ends by %s (%s) exits with its own code', async (way, releases, code) => {
    const application = FixtureProcess.start('ending', [await dataDir, way, releases]);
    expect(await application.ended).toEqual({ code, signal: null });
  });

  it('has the listeners it had before', async () => {
    const application = FixtureProcess.start('ending', [await dataDir, 'nothing left to do', 'release']);
    const { before, after } = await application.says<{ before: unknown[]; after: unknown[] }>();
    expect(after).toEqual(before);
    await application.ended;
  });

  it('finishes its slow SIGTERM handler with the server at work, and keeps its exit code', async () => {
    const application = FixtureProcess.start('graceful', [await dataDir]);
    await application.says();
    application.child.kill('SIGTERM');
    expect(await application.says()).toEqual({ said: 'slow work done' });
    expect(await application.ended).toEqual({ code: 7, signal: null });
    expect(await serverPid(await dataDir)).toBeUndefined();
  });
});
