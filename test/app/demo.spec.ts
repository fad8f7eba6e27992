import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { AppProcess, DataDirectory } from './app-process.js';

const demo = (directory: DataDirectory, ...args: string[]) =>
  new AppProcess({ TMPDIR: directory.path }, '../../src/app/demo/main.js', args);

describe.concurrent('the demo', { timeout: 150_000 }, () => {
  it('exits with 0 when nothing was lost, doubled or unexpected, and leaves nothing behind', async () => {
    await using directory = await DataDirectory.create();
    await using run = demo(directory);
    const { code, output } = await run.ended();
    expect(output).toMatch(/^0 lost, 0 doubled, 0 unexpected, 0 unfinished$/m);
    expect(output).toMatch(/^120 +ordinary readers +120 sent +120 once/m);
    expect(output).toMatch(/^12 +on the deny list +12 blocked +12 never/m);
    expect(output).toMatch(/the SMTP server is down[^]*the SMTP server is back/);
    expect(code).toBe(0);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('exits with 1 and names the messages when the server drops one and takes another twice', async () => {
    await using directory = await DataDirectory.create();
    await using run = demo(directory, '--sabotage');
    const { code, output } = await run.ended();
    expect(output).toMatch(/^1 lost, 1 doubled, 0 unexpected, 0 unfinished$/m);
    expect(output).toMatch(/^ {2}lost: [0-9a-f-]{36} \(demo-[0-9a-f]{16}\) to \S+@example\.org$/m);
    expect(output).toMatch(
      /^ {2}doubled: [0-9a-f-]{36} \(demo-[0-9a-f]{16}\) to \S+@example\.org: 2 times$/m,
    );
    expect(code).toBe(1);
  });

  it('cleans up when it is interrupted', async () => {
    await using directory = await DataDirectory.create();
    await using run = demo(directory);
    await run.said(/listens on/);
    run.kill('SIGINT');
    expect((await run.ended()).code).toBe(130);
    expect(await readdir(directory.path)).toEqual([]);
  });

  it('explains its options, and refuses others', async () => {
    await using directory = await DataDirectory.create();
    await using help = demo(directory, '--help');
    expect(await help.ended()).toMatchObject({ code: 0, output: expect.stringContaining('--sabotage') });
    await using unknown = demo(directory, '--sabotaeg');
    expect(await unknown.ended()).toMatchObject({ code: 1, output: expect.stringContaining('--sabotaeg') });
  });
});
