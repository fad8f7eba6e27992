import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadSchedulerRegistry } from './scheduler-registry.js';

/** Node's own refusal, as if a package were not installed. */
const without = (missing: string): string => {
  const hooks = `
    export const resolve = (specifier, context, next) => {
      if (specifier !== '${missing}') return next(specifier, context);
      const error = new Error("Cannot find package '${missing}' imported from " + context.parentURL);
      throw Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
    };`;
  const url = `data:text/javascript,${encodeURIComponent(hooks)}`;
  return `
    import { register } from 'node:module';
    register(${JSON.stringify(url)});
    const { loadSchedulerRegistry } = await import('${new URL('./scheduler-registry.js', import.meta.url).href}');
    console.log(await loadSchedulerRegistry().catch((error) => error.message));`;
};

const run = async (script: string): Promise<string> =>
  (await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])).stdout.trim();

describe('the registry of @nestjs/schedule', () => {
  it('is there if the package is', async () => {
    expect((await loadSchedulerRegistry())?.name).toBe('SchedulerRegistry');
  });

  it('is not missed where the package is not installed', async () => {
    expect(await run(without('@nestjs/schedule'))).toBe('undefined');
  });

  it('of an installation that is broken is an error', async () => {
    expect(await run(without('cron'))).toMatch(/^Cannot find package 'cron'/);
  });
});
