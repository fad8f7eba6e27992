import { execFile } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CeleriacLogger } from './celeriac-logger.js';
import { writeWith } from './log-facts.js';

const late = (logger: Logger, message: string): void =>
  writeWith({ outcome: 'succeeded' }, () => logger.log(message), { late: true });

describe('lines that may be late', () => {
  let writes: string[];
  let logger: Logger;
  beforeEach(() => {
    writes = [];
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => {
        writes.push(String(text));
        return true;
      });
    Logger.overrideLogger(new CeleriacLogger({ format: 'json' }));
    logger = new Logger('Tasks');
  });
  afterEach(async () => {
    await nextTurn();
    vi.restoreAllMocks();
    Logger.overrideLogger(false);
  });

  const messages = (): unknown[] =>
    writes
      .join('')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: unknown }).message);

  it('of one turn are one write', async () => {
    for (const message of ['a', 'b', 'c']) late(logger, message);
    expect(writes).toEqual([]);
    await nextTurn();
    expect(messages()).toEqual(['a', 'b', 'c']);
    expect(writes).toHaveLength(1);
    late(logger, 'd');
    await nextTurn();
    expect(messages()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('are before any other that comes after them', () => {
    late(logger, 'a');
    logger.error('b');
    late(logger, 'c');
    logger.log('d');
    expect(messages()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('do not pile up', () => {
    for (let i = 0; i < 20; i++) late(logger, 'x'.repeat(9_000));
    expect(writes.length).toBeGreaterThan(0);
  });

  it('are not late as text for people', () => {
    Logger.overrideLogger(new CeleriacLogger({ format: 'pretty', colors: false }));
    late(logger, 'a');
    expect(writes).toHaveLength(1);
  });
});

describe('lines that may be late, of a process that ends in the same turn', () => {
  const script = (end: string) => `
    import { Logger } from '@nestjs/common';
    import { CeleriacLogger } from '${new URL('./celeriac-logger.js', import.meta.url).href}';
    import { writeWith } from '${new URL('./log-facts.js', import.meta.url).href}';
    Logger.overrideLogger(new CeleriacLogger({ format: 'json' }));
    writeWith({ outcome: 'succeeded' }, () => new Logger('Tasks').log('written'), { late: true });
    ${end}`;

  it.each(['process.exit(0)', 'process.exit(3)', "throw new Error('nobody catches it')", 'await 0'])(
    'are written: %s',
    async (end) => {
      const output = await new Promise<string>((resolve) => {
        execFile(process.execPath, ['--input-type=module', '--eval', script(end)], (_, stdout) =>
          resolve(stdout),
        );
      });
      expect(output.trim().split('\n')).toHaveLength(1);
      expect(JSON.parse(output)).toMatchObject({ message: 'written', outcome: 'succeeded' });
    },
  );
});
