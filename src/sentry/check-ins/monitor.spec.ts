import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Monitor, monitorOf, type MonitoredSchedule, slugOf } from './monitor.js';

const MINUTE = 60_000;

describe('the monitor of a schedule', () => {
  it.each<[MonitoredSchedule['when'], Monitor['config']['schedule']]>([
    [{ cron: '0 3 * * *' }, { type: 'crontab', value: '0 3 * * *' }],
    [{ cron: '  */5  *  * * 1-5 ' }, { type: 'crontab', value: '*/5 * * * 1-5' }],
    [{ cron: '@daily' }, { type: 'crontab', value: '@daily' }],
    [{ every: MINUTE }, { type: 'interval', value: 1, unit: 'minute' }],
    [{ every: 90 * MINUTE }, { type: 'interval', value: 90, unit: 'minute' }],
    [{ every: 120 * MINUTE }, { type: 'interval', value: 2, unit: 'hour' }],
    [{ every: 7 * 24 * 60 * MINUTE }, { type: 'interval', value: 7, unit: 'day' }],
  ])('%j is %j', (when, schedule) => {
    expect(monitorOf({ id: 'nightly', when })).toEqual({
      slug: 'nightly',
      config: { schedule, checkinMargin: 2 },
    });
  });

  it.each([{ cron: '*/10 * * * * *' }, { every: 10_000 }, { every: 90_000 }, { every: 0 }])(
    '%j has none, and says why',
    (when) => {
      expect(monitorOf({ id: 'often', when })).toEqual({
        problem: expect.stringMatching(/Sentry knows/) as string,
      });
    },
  );

  it('knows where its clock is, and how long a run may take, in minutes', () => {
    const when = { cron: '0 3 * * *', timezone: 'Europe/Berlin' };
    expect(monitorOf({ id: 'x', when, maxRuntime: 90_000 })).toMatchObject({
      config: { timezone: 'Europe/Berlin', maxRuntime: 2 },
    });
    expect(monitorOf({ id: 'x', when, maxRuntime: 5_000 })).toMatchObject({ config: { maxRuntime: 1 } });
  });

  it('is found by the id of the schedule, whatever that is made of', () => {
    expect(slugOf('clean-up_1')).toBe('clean-up_1');
    expect(slugOf('Clean Up')).toMatch(/^clean-up-[0-9a-f]{8}$/);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (one, other) => {
        expect(slugOf(one)).toMatch(/^[a-z0-9_-]{1,50}$/);
        expect(slugOf(one)).toBe(slugOf(one));
        expect(slugOf(one) === slugOf(other)).toBe(one === other);
      }),
    );
  });
});
