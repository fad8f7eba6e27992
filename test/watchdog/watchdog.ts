import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Application } from '../cli/support/application.js';
import { appEnvironment } from '../cli/support/app-settings.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { bootApp } from '../conformance/test-app.js';
import { TasksService } from '../../src/index.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';

const APP = fileURLToPath(new URL('./fixtures/busy-app.js', import.meta.url));

/** What holds when code blocks the event loop of the async pool, on either broker. */
export function watchdog(kind: Variant['broker']): void {
  describe(`a task that blocks the event loop, on ${kind}`, () => {
    it.each(['busyAtOnce', 'busyLater'])(
      'under a supervisor, past its limit (%s): named, its process ended and replaced; its neighbours run again, no retry spent',
      async (task) => {
        const app = await Application.start(kind);
        const command = app.worker('--app', APP);
        await command.ready();
        const neighbours = await Promise.all([1, 2, 3].map(() => app.running('lasting', 1_500)));
        const busy = await app.call(task);
        await command.wrote(
          new RegExp(`"${task}" \\(${busy.id}\\) blocked its event loop for \\d+ s; the process was ended`),
        );
        await command.ready(2);
        for (const { result, key } of neighbours) {
          expect(await result.get({ timeout: '30s' })).toBe(key);
          expect((await result.state())?.attempts).toBe(1);
        }
        // It is a suspect, runs isolated, and is killed at its limit.
        await expect(busy.get({ timeout: '30s' })).rejects.toMatchObject({ errorName: 'TimeLimitExceeded' });
        expect(await command.stop()).toBe(0);
      },
      60_000,
    );

    it('a process that was stopped for a while has blocked nothing', async () => {
      const app = await Application.start(kind);
      const command = app.worker('--app', APP);
      const [pid = 0] = await command.ready();
      const { result, key } = await app.running('lasting', 500);
      process.kill(pid, 'SIGSTOP');
      await sleep(2_500);
      process.kill(pid, 'SIGCONT');
      expect(await result.get()).toBe(key);
      expect(command.workers).toEqual([pid]);
      expect(command.output).not.toContain('blocked');
      expect(await command.stop()).toBe(0);
    });

    it('without a supervisor it is named, and nothing is ended', async () => {
      const broker = brokerOptions({ broker: kind, lying: false });
      const options = { broker, namespace: newNamespace() };
      const env = appEnvironment({ options: { ...options, worker: true }, journal: '', broken: '' });
      const worker = spawn(process.execPath, [APP, 'alone'], {
        env: { ...process.env, ...env },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      onTestFinished(() => void worker.kill('SIGKILL'));
      let written = '';
      worker.stderr.setEncoding('utf8').on('data', (text: string) => (written += text));
      const producer = await bootApp(options, []);
      const { id } = await producer.get(TasksService).call('busyLater', [], { queue: 'default' });
      const message = `"busyLater" (${id}) has blocked the event loop of process ${worker.pid}`;
      await until(
        () => written.includes(message),
        30_000,
        () => `it says: ${message}; it said: ${written}`,
      );
      expect(worker.exitCode).toBeNull();
      worker.kill('SIGKILL');
      await once(worker, 'exit');
      await producer.close();
      await eraseNamespace(broker, options.namespace);
    });
  });
}
