import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataDirectory } from '../../src/broker/embedded/data-directory.js';
import { whileHolding } from '../../src/broker/embedded/directory-lock.js';
import { DataDirectoryBusyError } from '../../src/broker/embedded/index.js';
import { isAlive, markOfThisProcess, parseProcStat } from '../../src/broker/embedded/process-mark.js';
import { scratchDirectory } from './scratch.js';

async function lockedBy(mark: string): Promise<DataDirectory> {
  const directory = await DataDirectory.open(await scratchDirectory());
  await mkdir(directory.lock);
  await writeFile(join(directory.lock, mark), '');
  return directory;
}

describe('the lock of a data directory', () => {
  it('is held by one at a time, also when many find a dead holder at once', async () => {
    const directory = await lockedBy(`${process.pid}-1-anEarlierProcessWithOurPid`);
    let inside = 0;
    const seen: number[] = [];
    const contend = () =>
      whileHolding(directory, async () => {
        seen.push(++inside);
        await readdir(directory.path); // lets the others run
        inside--;
      });
    await Promise.all(Array.from({ length: 25 }, contend));
    expect(seen).toEqual(Array.from({ length: 25 }, () => 1));
    expect(await readdir(directory.path)).toEqual(['leases', 'lock']);
    expect(await readdir(directory.lock)).toEqual([]);
  });

  it('is not taken from a live holder, whose pid is named', async () => {
    const directory = await lockedBy(await markOfThisProcess());
    const attempt = whileHolding(directory, () => Promise.resolve('in'), 50);
    await expect(attempt).rejects.toThrow(DataDirectoryBusyError);
    await expect(attempt).rejects.toThrow(`kill ${process.pid}`);
    expect(await readdir(directory.path)).toEqual(['leases', 'lock']);
  });

  it('is free again when the work fails', async () => {
    const directory = await DataDirectory.open(await scratchDirectory());
    const failing = whileHolding(directory, () => Promise.reject(new Error('of the work')));
    await expect(failing).rejects.toThrow('of the work');
    expect(await whileHolding(directory, () => Promise.resolve('in'), 50)).toBe('in');
  });
});

describe('the mark of a process', () => {
  it('is alive while the process is, and not for another with its pid', async () => {
    expect(await isAlive(await markOfThisProcess())).toBe(true);
    expect(await isAlive(`${process.pid}-1-x`)).toBe(false);
    expect(await isAlive('.DS_Store')).toBe(false);
  });

  it('is read past a program name with spaces and parentheses', () => {
    const rest = '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 987654 20';
    expect(parseProcStat(`42 (a) R (b) Z ${rest}`)).toEqual({ started: '987654', ended: true });
    expect(parseProcStat(`42 (node) S ${rest}`)).toEqual({ started: '987654', ended: false });
  });
});
