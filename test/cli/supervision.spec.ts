import { describe, expect, it, onTestFinished } from 'vitest';
import { until } from '../support/until.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { alive } from './support/processes.js';
import { Application } from './support/application.js';

describe('the supervisor of worker processes', () => {
  it('starts one that dies again and again after growing pauses', async () => {
    const app = await Application.start('redis');
    const command = app.worker();
    for (const [times, pause] of ['at once', 'in 500ms', 'in 1s'].entries()) {
      const workers = await command.ready(times + 1);
      process.kill(workers.at(-1) ?? 0, 'SIGKILL');
      await command.wrote(`worker 1 starts again ${pause}`);
    }
    await command.ready(4);
    expect(await command.stop()).toBe(0);
  });

  it('goes on trying when one that worked does not start any more', async () => {
    const app = await Application.start('redis');
    const command = app.worker();
    const [first = 0] = await command.ready();
    await app.breaks(true);
    process.kill(first, 'SIGKILL');
    await command.wrote(/worker 1 \(pid \d+\) could not start: Error: This release does not start/);
    await command.wrote('worker 1 starts again in 500ms');
    await app.breaks(false);
    await command.ready(2);
    expect(await command.stop()).toBe(0);
  });

  it('replaces one that runs abandoned code, and stops it when the other is ready', async () => {
    const app = await Application.start('redis');
    const command = app.worker();
    const [first = 0] = await command.ready();
    await app.call('abandoned', 10_000);
    await command.wrote(new RegExp(`worker 1 \\(pid ${first}\\) is replaced: the code of "abandoned"`));
    await command.ready(2);
    await command.wrote(`worker 1 (pid ${first}) has stopped`);
    expect(await command.stop()).toBe(0);
  });

  it('tells which call blocked the event loop of one that ended itself', async () => {
    const app = await Application.start('redis');
    const command = app.worker();
    const [first = 0] = await command.ready();
    const { id } = await app.call('watched');
    await command.wrote(
      `worker 1 (pid ${first}): "watched" (${id}) blocked its event loop for 45 s; the process was ended and is replaced`,
    );
    await command.ready(2);
    expect(await command.stop()).toBe(0);
  });

  it('ends what a dead one had started', async () => {
    const app = await Application.start('redis');
    const command = app.worker();
    const [first = 0] = await command.ready();
    const { pid: started } = await app.running('starting', 60_000);
    expect(alive(started)).toBe(true);
    process.kill(first, 'SIGKILL');
    await until(() => !alive(started));
    expect(await command.stop('SIGQUIT')).toBe(0);
  });

  it('puts back the calls of one that died while the broker was away', async () => {
    const url = process.env['REDIS_URL'] ?? '';
    const proxy = await TcpProxy.to(Number(new URL(url).port));
    onTestFinished(() => proxy.close());
    const detour = `redis://127.0.0.1:${proxy.port}`;
    const app = await Application.start('redis', { type: 'redis', url: detour });
    const command = app.worker();
    const [first = 0] = await command.ready();
    const { result } = await app.running('lasting', 60_000);
    proxy.refuse();
    process.kill(first, 'SIGKILL');
    await command.wrote(`(pid ${first}) died`);
    // The one that replaces it has come so far that it misses the broker, too.
    await command.wrote(new RegExp(`\\[worker 1\\] (?!${first} )\\d+ .* WARN \\[Broker\\]`));
    proxy.forward();
    await app.putBack(result);
    await command.wrote(`worker 1 (pid ${first}): 1 call is back in the queue (${result.id})`);
    expect(await command.stop('SIGQUIT')).toBe(0);
  });

  it('kills one that does not stop in time, and puts back its calls', async () => {
    const app = await Application.start('redis');
    const command = app.worker('--shutdown-timeout', '100ms');
    await command.ready();
    const { result } = await app.running('blocking', 60_000);
    expect(await command.stop()).toBe(3);
    expect(command.output).toMatch(/worker 1 \(pid \d+\) did not stop in time/);
    expect((await result.state())?.state).toBe('queued');
  });

  it('counts a signal once that goes to all processes', async () => {
    const app = await Application.start('redis');
    const command = app.worker('--processes', '2');
    await command.ready(2);
    const { result } = await app.running('lasting', 1_000);
    command.signalAll('SIGINT');
    expect(await command.exited).toBe(0);
    expect((await result.state())?.state).toBe('succeeded');
  });

  it('stops while its worker processes boot', async () => {
    const app = await Application.start('redis');
    const command = app.worker();
    await command.started();
    expect(await command.stop()).toBe(0);
  });
});
