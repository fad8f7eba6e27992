import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/app/config/app-config.js';

describe('the configuration of the application', () => {
  it('needs nothing, and then is all roles on loopback, an embedded Postgres and the development inbox', () => {
    expect(readConfig({})).toEqual({
      databaseUrl: undefined,
      redisUrl: undefined,
      smtpUrl: undefined,
      apiToken: undefined,
      host: '127.0.0.1',
      port: 3000,
      role: 'all',
      dataDir: '.data',
      namespace: 'email_service',
      mailFrom: 'Celeriac <celeriac@example.com>',
      perRecipient: '20/1h',
      sendRate: '100/s',
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(readConfig({ DATABASE_URL: '', PORT: ' ', API_TOKEN: '' })).toEqual(readConfig({}));
  });

  it('opens to other machines once there is a token, unless HOST says otherwise', () => {
    expect(readConfig({ API_TOKEN: 'secret' }).host).toBe('0.0.0.0');
    expect(readConfig({ API_TOKEN: 'secret', HOST: '10.0.0.1' }).host).toBe('10.0.0.1');
    expect(readConfig({ HOST: 'localhost' }).host).toBe('localhost');
  });

  it.each([
    [{ DATABASE_URL: 'mysql://db/app' }, 'DATABASE_URL="mysql://db/app" is not a Postgres URL', 'embedded'],
    [{ REDIS_URL: 'localhost:6379' }, 'REDIS_URL="localhost:6379" is not a Redis URL', 'redis://host:6379'],
    [{ SMTP_URL: 'http://mail' }, 'SMTP_URL="http://mail" is not an SMTP URL', 'development inbox'],
    [{ SMTP_URL: 'smtp://' }, 'SMTP_URL="smtp://" is not an SMTP URL', 'smtp://user:password@host:587'],
    [{ PORT: 'http' }, 'PORT="http" is not a port', '65535'],
    [{ PORT: '70000' }, 'PORT="70000" is not a port', '65535'],
    [{ ROLE: 'master' }, 'ROLE="master" is not a role', 'worker'],
    [{ NAMESPACE: 'my-shop' }, 'NAMESPACE="my-shop" is not a namespace', 'lower-case'],
    [{ PER_RECIPIENT: '5 per hour' }, 'PER_RECIPIENT="5 per hour" is not a limit', '20/1h'],
    [{ SEND_RATE: 'fast' }, 'SEND_RATE="fast" is not a rate', '14/s'],
    [{ HOST: '0.0.0.0' }, 'HOST="0.0.0.0" opens the service to others', 'Set API_TOKEN'],
    [{ ROLE: 'worker' }, 'SMTP_URL is not set', 'ROLE=all'],
  ])('refuses %j, naming variable, value and fix', (environment, problem, fix) => {
    expect(() => readConfig(environment)).toThrow(problem);
    expect(() => readConfig(environment)).toThrow(fix);
  });

  it('names every bad variable at once', () => {
    expect(() => readConfig({ PORT: 'x', ROLE: 'y' })).toThrow(/PORT="x"[^]*ROLE="y"/);
  });

  it('repeats neither a password nor a token', () => {
    const environment = { DATABASE_URL: 'mysql://app:hunter2@db/app', API_TOKEN: 'hunter2 hunter2' };
    expect(() => readConfig(environment)).toThrow(/DATABASE_URL[^]*API_TOKEN/);
    expect(() => readConfig(environment)).not.toThrow('hunter2');
  });
});
