import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { appEnvironment } from '../cli/support/app-settings.js';
import { Application } from '../cli/support/application.js';
import { Command } from '../cli/support/command.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';

const APP = fileURLToPath(new URL('./fixtures/supervised-app.js', import.meta.url));
const broker = brokerOptions({ broker: 'redis', lying: false });

const addressIn = (output: string): string =>
  `${/\/health\/live, .* at (http:\S+)/.exec(output)?.[1]}/health/tasks`;

it('a supervisor shows what its workers see, to those who hold the token', async () => {
  const options = {
    broker,
    namespace: newNamespace(),
    queues: { default: {} },
    worker: { heartbeat: '700ms' as const },
  };
  const env = { ...appEnvironment({ options, journal: '', broken: '' }), CELERIAC_TOKEN: 'secret' };
  const command = Command.run(['worker', '--app', APP, '--health-port', '0'], env);
  onTestFinished(async () => {
    await command.kill();
    await eraseNamespace(broker, options.namespace);
  });
  await command.ready();
  const url = addressIn(command.output);
  const probe = (token: string) => fetch(url, { headers: { Authorization: `Bearer ${token}` } });
  expect((await probe('another')).status).toBe(401);
  await until(async () => (await probe('secret')).status === 200);
  expect(await (await probe('secret')).json()).toMatchObject({
    details: { broker: { state: 'up' }, workers: { live: 1 }, 'queue default': { consumers: 1 } },
  });
  const asked = Command.run(['health', 'tasks', '--url', url.replace('/tasks', '')], {
    CELERIAC_TOKEN: 'secret',
  });
  expect(await asked.exited).toBe(0);
  const [pid = 0] = command.workers;
  process.kill(pid, 'SIGSTOP');
  const silent = await probe('secret');
  process.kill(pid, 'SIGCONT');
  expect([silent.status, await silent.json()]).toMatchObject([503, { message: 'no worker process answers' }]);
});

it('a supervisor whose application does not watch says what is missing', async () => {
  const app = await Application.start('redis');
  const command = app.worker('--health-port', '0');
  await command.ready();
  const answer = await fetch(addressIn(command.output));
  expect(answer.status).toBe(501);
  expect(await answer.text()).toMatch(/does not import HealthModule/);
  expect(await command.stop()).toBe(0);
});
