import { Registry, Counter } from 'prom-client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import {
  MetricsModule,
  type MetricsModuleOptions,
  type MetricsSettingsFactory,
} from '../../src/metrics/index.js';
import { MetricsApp } from './support/metrics-app.js';

async function start(metrics: MetricsModuleOptions): Promise<MetricsApp> {
  const broker = brokerOptions({ broker: 'redis', lying: false });
  const app = await MetricsApp.start({ tasks: { broker, namespace: newNamespace() }, metrics });
  onTestFinished(() => app.close());
  return app;
}

const status = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  return [response.status, response.headers.get('www-authenticate')];
};

describe('the metrics of an application', () => {
  it('are read with the token alone, where there is one', async () => {
    const { url } = await start({ path: '/internal/metrics', token: 'a-long-token' });
    const at = `${url}/internal/metrics`;
    expect(await status(at)).toEqual([401, 'Bearer']);
    expect(await status(at, { Authorization: 'Bearer another-token' })).toEqual([401, 'Bearer']);
    expect(await status(at, { Authorization: 'Bearer a-long-token' })).toEqual([200, null]);
    expect((await status(`${url}/metrics`))[0]).toBe(404);
  });

  it('are read from this machine alone, where there is none', async () => {
    const { url } = await start({});
    expect(await status(`${url}/metrics`)).toEqual([200, null]);
    expect((await status(`${url}/metrics`, { 'X-Forwarded-For': '10.0.0.7' }))[0]).toBe(403);
  });

  it('may be served by somebody else', async () => {
    const { url } = await start({ path: null });
    expect((await status(`${url}/metrics`))[0]).toBe(404);
  });

  it('are served beside its own', async () => {
    const registry = new Registry();
    new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] }).inc(3);
    const app = await start({ registry, defaultLabels: { service: 'shop' } });
    const scrape = await app.scrape();
    expect(scrape.sum('orders_total', { service: 'shop' })).toBe(3);
    expect(scrape.sum('celeriac_broker_up', { service: 'shop' })).toBe(1);
  });

  it('are configured by another provider as well', async () => {
    class Settings implements MetricsSettingsFactory {
      createMetricsSettings = () => ({ token: 'a-long-token' });
    }
    const module = MetricsModule.forRootAsync({ path: '/m', useClass: Settings });
    const broker = brokerOptions({ broker: 'redis', lying: false });
    const app = await MetricsApp.start({ tasks: { broker, namespace: newNamespace() }, module });
    onTestFinished(() => app.close());
    expect((await status(`${app.url}/m`))[0]).toBe(401);
    expect((await status(`${app.url}/m`, { Authorization: 'Bearer a-long-token' }))[0]).toBe(200);
  });

  it.each<[object, RegExp]>([
    [{ tokn: 'x' }, /option "tokn" is unknown. Did you mean "token"/],
    [{ token: 'two words' }, /option "token".*printable ASCII/],
    [{ defaultLabels: { queue: 'x' } }, /option "defaultLabels" holds/],
    [{ path: 'a b' }, /option "path"/],
    [{ registry: {} }, /option "registry"/],
  ])('are not configured by %j', (options, message) => {
    expect(() => MetricsModule.forRoot(options)).toThrow(message);
  });
});
