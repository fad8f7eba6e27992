import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { taskScope, type TaskScope } from '../context/task-scope.js';
import { CeleriacLogger, type CeleriacLoggerOptions } from './celeriac-logger.js';
import { writeWith } from './log-facts.js';

const SCOPE = { name: 'image.render', id: 'images.1f', queue: 'images', retries: 1 } as TaskScope;

/** What it writes, to stdout and stderr. */
function written(options: CeleriacLoggerOptions, write: (logger: Logger) => void): string {
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      lines.push(String(text));
      return true;
    });
  Logger.overrideLogger(new CeleriacLogger({ colors: false, ...options }));
  try {
    write(new Logger('Images'));
  } finally {
    vi.restoreAllMocks();
    Logger.overrideLogger(false);
  }
  return lines.join('');
}

const json = (options: CeleriacLoggerOptions, write: (logger: Logger) => void): unknown =>
  JSON.parse(written({ format: 'json', ...options }, write));

describe('a line', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('inside a task names the call, in a promise of it, too', async () => {
    await taskScope.run(SCOPE, () => Promise.resolve()).then(() => undefined);
    const line = await taskScope.run(SCOPE, async () => {
      await Promise.resolve();
      return written({ format: 'pretty', prefix: 'worker 1' }, (logger) => logger.log('done'));
    });
    expect(line).toMatch(
      /^\[worker 1\] \d+ .* LOG \[Images\] task=image.render call=images.1f attempt=2 queue=images done\n$/,
    );
    expect(written({}, (logger) => logger.log('done'))).not.toContain('task=');
  });

  it('in JSON has the call in fields of its own, and those it was written with', () => {
    const write = (logger: Logger) => writeWith({ outcome: 'failed' }, () => logger.warn('x', { size: 3 }));
    const facts = { task: 'image.render', call: 'images.1f', attempt: 2, queue: 'images' };
    expect(taskScope.run(SCOPE, () => json({ prefix: 'worker 1' }, write))).toMatchObject({
      ...facts,
      level: 'warn',
      message: 'x',
      context: 'Images',
      process: 'worker 1',
      params: { size: 3 },
      outcome: 'failed',
    });
    expect(json({}, (logger) => logger.log('x'))).not.toHaveProperty('task');
  });

  it('of whatever it is made, is one object', () => {
    const hostile = [
      new Error('no'),
      { toJSON: () => JSON.parse('no') as unknown },
      3n,
      undefined,
      null,
      Symbol('s'),
      () => 'lazy',
    ];
    for (const value of hostile)
      for (const redacting of [true, false, (own: unknown) => own])
        for (const line of written({ format: 'json', redact: redacting }, (logger) => logger.error(value))
          .trim()
          .split('\n'))
          expect(JSON.parse(line)).toMatchObject({ level: 'error' });
  });

  it('in JSON is cut where its texts are too long', () => {
    expect(json({}, (logger) => logger.log('x'.repeat(1_000_001)))).toMatchObject({ message: '[Truncated]' });
    const long = 'x'.repeat(100_000);
    expect(json({}, (logger) => logger.log(long))).toMatchObject({ message: long });
  });

  it('has no secrets, unless it is told so', () => {
    const write = (logger: Logger) =>
      logger.error('redis://:hunter2@x', new Error('to bob@example.com').stack);
    for (const format of ['json', 'pretty'] as const) {
      expect(written({ format }, write)).not.toMatch(/hunter2|bob@/);
      expect(written({ format, redact: false }, write)).toMatch(/hunter2[^]*bob@/);
      const own = (value: unknown) =>
        typeof value === 'string' ? value.replace('hunter2', '<mine>') : value;
      expect(written({ format, redact: own }, write)).toMatch(/<mine>[^]*bob@/);
    }
  });

  it('is as the environment says', () => {
    vi.stubEnv('CELERIAC_LOG_FORMAT', 'json');
    expect(JSON.parse(written({}, (logger) => logger.log('x')))).toMatchObject({ message: 'x' });
    expect(written({ logLevels: ['error'] }, (logger) => logger.log('x'))).toBe('');
  });
});

describe('its options', () => {
  it.each<[object, RegExp]>([
    [{ fromat: 'json' }, /option "fromat" is unknown. Did you mean "format"/],
    [{ format: 'xml' }, /option "format" is "xml". Use 'json' or 'pretty'/],
    [{ redact: 'yes' }, /option "redact"/],
    [{ logLevels: ['info'] }, /option "logLevels" is "info"/],
  ])('are not %j', (options, message) => {
    expect(() => new CeleriacLogger(options)).toThrow(message);
  });
});
