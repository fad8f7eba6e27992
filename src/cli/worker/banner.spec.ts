import { describe, expect, it } from 'vitest';
import type { WorkerReport } from '../../worker/index.js';
import { banner } from './banner.js';

const limits = { softTimeLimit: 30_000, timeLimit: 40_000, isolated: false };
const report: WorkerReport = {
  broker: { options: { type: 'redis', url: 'redis://x' }, namespace: 'shop', description: 'redis' },
  queues: [
    { name: 'default', owner: 'a', concurrency: 10 },
    { name: 'email', owner: 'b', concurrency: 20 },
  ],
  tasks: [
    { name: 'email.send', ...limits },
    { name: 'thumbnail.render', ...limits, isolated: true },
  ],
  pool: 'prefork',
  children: 4,
  lockTime: 15_000,
  shutdownTimeout: 20_000,
};

describe('the banner of a worker', () => {
  it('tells what runs, how, and what a death or a stop means', () => {
    expect(banner('0.1.0', 2, report)).toBe(
      [
        'celeriac 0.1.0 · worker',
        '  broker     redis (namespace shop)',
        '  processes  2 × prefork, 4 children each',
        '  queues     default (10 at once), email (20 at once)',
        '  tasks      email.send 30s/40s · thumbnail.render 30s/40s isolated',
        `  locks      15s; a dead machine's calls are back within 20s, a dead process's within 2s`,
        '  stop       SIGTERM waits up to 20s; again: hand back at once; a third time: exit',
      ].join('\n'),
    );
  });

  it('has room for many tasks, for none, and for tasks without limits', () => {
    const unlimited = { softTimeLimit: null, timeLimit: null, isolated: false };
    const tasks = Array.from({ length: 9 }, (_, index) => ({ name: `task.number.${index}`, ...unlimited }));
    const lines = banner('0.1.0', 1, { ...report, tasks }).split('\n');
    expect(lines).toHaveLength(9);
    expect(lines[4]).toMatch(/^ {2}tasks {6}task\.number\.0 no limit\/no limit · .* ·$/);
    expect(lines[5]).toMatch(/^ {13}task\.number\.3 /);
    expect(banner('0.1.0', 1, { ...report, tasks: [] })).toContain('  tasks      none\n');
    expect(banner('0.1.0', 1, { ...report, pool: 'async' })).toContain('1 × async\n');
  });
});
