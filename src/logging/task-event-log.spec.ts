import { ConsoleLogger, Logger, type LoggerService, type LogLevel } from '@nestjs/common';
import { afterEach, describe, expect, it } from 'vitest';
import { type DeliveryEvent, OUTCOMES, TaskEvents, type TaskOutcome } from '../tasks/events/task-events.js';
import { TaskEventLog } from './task-event-log.js';

const EVENT: DeliveryEvent = {
  id: 'images.1f',
  task: 'image.render',
  queue: 'images',
  retries: 1,
  headers: {},
  args: [],
  duration: 1_234.5,
  waited: 20.4,
  reason: 'no such\nfile\u001b[31m',
  record: { name: 'BadImage', message: 'no such file', stack: 'BadImage: no such file\n    at x' },
  delay: 2_000,
};

class Lines implements LoggerService {
  readonly all: unknown[][] = [];
  log = (...args: unknown[]): void => void this.all.push(['log', ...args]);
  warn = (...args: unknown[]): void => void this.all.push(['warn', ...args]);
  error = (...args: unknown[]): void => void this.all.push(['error', ...args]);
  debug = (...args: unknown[]): void => void this.all.push(['debug', ...args]);
}

function tell(
  outcomes: readonly TaskOutcome[],
  options?: { succeeded: boolean },
  event = EVENT,
): unknown[][] {
  const lines = new Lines();
  Logger.overrideLogger(lines);
  const events = new TaskEvents();
  new TaskEventLog(events, options).onModuleInit();
  for (const outcome of outcomes) events.emit(outcome, event);
  return lines.all;
}

describe('the log of outcomes', () => {
  afterEach(() => Logger.overrideLogger(false));

  it('has one line for each', () => {
    const times = '[waited 20ms, ran 1235ms]';
    const call = '"image.render" (images.1f)';
    const lines = tell(OUTCOMES, { succeeded: true }).map(([level, message]) => [level, message]);
    expect(lines).toEqual([
      ['log', `${call} succeeded ${times}`],
      ['warn', `${call} failed, again in 2s: no such file ${times}`],
      ['error', `${call} failed for good: no such file ${times}`],
      ['log', `${call} was ignored: no such file ${times}`],
      ['debug', `${call} was put off, again in 2s: no such file ${times}`],
      ['debug', `${call} waits, again in 2s: no such file ${times}`],
      ['warn', `${call} was parked, again in 2s: no such file ${times}`],
      ['warn', `${call} no such file and did not run ${times}`],
      ['log', `${call} ended revoked: no such file ${times}`],
      ['error', `${call} was quarantined: no such file ${times}`],
      ['debug', `${call} was handed back: no such file ${times}`],
    ]);
  });

  it('is silent about what has gone well, unless it is asked for', () => {
    const quiet = tell(OUTCOMES).map(([, message]) => String(message));
    expect(quiet).toHaveLength(6);
    expect(quiet.some((message) => message.includes('succeeded'))).toBe(false);
    expect(tell(OUTCOMES, { succeeded: false })).toHaveLength(6);
  });

  it('shows the stack of an error, but of one that is expected none', () => {
    expect(tell(['failed'])).toEqual([['error', expect.anything(), EVENT.record?.stack, 'Tasks']]);
    expect(tell(['failed'], undefined, { ...EVENT, expected: true })).toEqual([
      ['warn', expect.anything(), 'Tasks'],
    ]);
  });

  it('makes no line that nobody reads', () => {
    const levels: LogLevel[] = ['warn', 'error'];
    const events = new TaskEvents();
    new TaskEventLog(events, { succeeded: true }).onModuleInit();
    Logger.overrideLogger(new ConsoleLogger({ logLevels: levels }));
    let reads = 0;
    const watched = new Proxy(EVENT, { get: () => void reads++ });
    events.emit('succeeded', watched);
    events.emit('deferred', watched);
    expect(reads).toBe(0);
  });
});
