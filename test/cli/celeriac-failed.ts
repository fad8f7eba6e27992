import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailedCallDetails, TaskResult } from '../../src/index.js';
import type { Variant } from '../conformance/variant.js';
import { CRASH, FAILED_APP, FailedApplication, runFailed } from './support/failed-application.js';
import type { Run } from './support/run.js';

interface Page {
  readonly calls: readonly { readonly id: string }[];
  readonly cursor: string | null;
}

const NASTY = 'truncated\u001b[2J\u001b[31m\u009b1m\r\n\u202eafter 7 pixels';
/** Nobody listens there. */
const AWAY = {
  redis: { type: 'redis', url: 'redis://127.0.0.1:1' },
  postgres: { type: 'postgres', url: 'postgres://nobody@127.0.0.1:1/none' },
} as const;
/** More than a pipe takes at once. */
const LONG = 'x'.repeat(150_000);
const UNKNOWN = 'default.never-was';

/** What holds of `celeriac failed`, on either broker. Cases build upon each other: each process takes its time. */
export function celeriacFailed(kind: Variant['broker']): void {
  describe.sequential(`celeriac failed on ${kind}`, () => {
    let app: FailedApplication;
    let first: TaskResult;
    let nasty: TaskResult;
    let letter: TaskResult;
    let crashed: TaskResult;
    let away: Promise<Run>;

    const ids = async (...filter: string[]) => {
      const { calls } = await app.json<Page>('list', ...filter);
      return calls.map(({ id }) => id);
    };
    const states = (...results: TaskResult[]) =>
      Promise.all(results.map(async (result) => (await result.state())?.state));

    beforeAll(async () => {
      // It takes its time; the other cases need not wait for it.
      away = runFailed(['retry', '--all', '--json', '--app', FAILED_APP], { broker: AWAY[kind] });
      app = await FailedApplication.start(kind);
      first = await app.call('picture.render', 'default', 'no header');
      await app.work(false, [first]);
      nasty = await app.call('picture.render', 'default', NASTY);
      letter = await app.call('letter.send', 'other', 'nowhere');
      crashed = await app.call('letter.send', 'other', LONG);
      await app.crashed({ id: crashed.id, queue: 'other' });
      await app.work(false, [nasty, letter, crashed]);
    });
    afterAll(() => app.close());

    it('list: a line for each, aligned, and nothing a terminal would obey', async () => {
      const { code, stdout, output } = await app.failed('list');
      expect(code).toBe(0);
      const [head = '', ...lines] = stdout.trimEnd().split('\n');
      expect(lines).toHaveLength(4);
      for (const line of lines) expect(line.search(/\d{4}-\d\d-\d\dT/)).toBe(head.indexOf('WHEN'));
      expect(lines[0]).toMatch(
        /^default\.\S+ +picture\.render +failed +1 +0 +\S+Z +BadPicture: truncated after 7 pixels$/,
      );
      expect(stdout).toMatch(/letter\.send +quarantined +0 +20 +\S+Z +it lost its worker/);
      // oxlint-disable-next-line no-control-regex -- they are what must not be there
      expect(stdout).not.toMatch(/[\u001b\u009b\u202e\r]/);
      expect(stdout).not.toContain('the application says something');
      expect(output).toContain('the application says something');
    });

    it('list: those that match', async () => {
      const [quarantined, named, old] = await Promise.all([
        ids('--state', 'quarantined', '--since', '1h'),
        ids('--queue', 'default', '--task', 'picture.render', '--error', 'BadPicture'),
        app.failed('list', '--before', '1h'),
      ]);
      expect(quarantined).toEqual([crashed.id]);
      expect(named).toEqual([nasty.id, first.id]);
      expect(old).toMatchObject({ code: 0, stdout: 'No failed call matches.\n' });
    });

    it('list: page by page', async () => {
      const page = await app.json<Page>('list', '--limit', '3');
      const rest = await app.json<Page>('list', '--cursor', page.cursor ?? '');
      expect(rest).toMatchObject({ calls: [expect.anything()], cursor: null });
      expect(new Set([...page.calls, ...rest.calls].map(({ id }) => id)).size).toBe(4);
    });

    it('show: arguments, headers, stack, and every crash', async () => {
      const [page, quarantined, json] = await Promise.all([
        app.failed('show', first.id),
        app.failed('show', crashed.id),
        app.json<FailedCallDetails>('show', crashed.id),
      ]);
      expect([page.code, quarantined.code]).toEqual([0, 0]);
      expect(page.stdout).toMatch(/arguments\n {2}\[\n {4}"no header"\n {2}\]\n/);
      expect(page.stdout).toMatch(/headers\n {2}\{\n {4}"tenant": "acme"\n {2}\}\n/);
      expect(page.stdout).toMatch(/stack\n {2}BadPicture: no header\n +at FailingTasks\.render/);
      for (const line of [
        'crash 1 of 1\n',
        '  when     2026-01-31T03:00:00.000Z\n',
        '  where    node-7, process 42\n',
        '  exit     signal SIGKILL\n',
        '  memory   512 MB when last seen\n',
        '  wrote last\n    loading huge.png\n    allocating\n',
      ]) {
        expect(quarantined.stdout).toContain(line);
      }
      expect(json).toMatchObject({
        id: crashed.id,
        args: [LONG],
        state: 'quarantined',
        losses: 20,
        crashes: [CRASH],
      });
    });

    it('retry: those named are back in their queues, and nothing runs them here; one that is none is named', async () => {
      const { code, stdout, output } = await app.failed('retry', letter.id, UNKNOWN, '--json');
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toEqual({ retried: 1, unknown: [UNKNOWN] });
      expect(output).toContain(`No failed call has the id "${UNKNOWN}"`);
      expect(await states(letter)).toEqual(['queued']);
    });

    it('retry: all that match are run again, and succeed', async () => {
      expect((await app.failed('retry', '--task', 'picture.render')).stdout).toBe(
        '2 calls are back in their queues.\n',
      );
      expect(await states(first, nasty, crashed)).toEqual(['queued', 'queued', 'quarantined']);
      await app.work(true, [first, nasty, letter]);
      expect(await states(first, nasty, letter)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    });

    it('show, discard: an id that names no failed call is named', async () => {
      const [shown, discarded] = await Promise.all([
        app.failed('show', UNKNOWN),
        app.failed('discard', 'no id', 'undeclared.id', first.id),
      ]);
      expect(shown).toMatchObject({ code: 1, stdout: '' });
      expect(shown.output).toContain(`No failed call has the id "${UNKNOWN}"`);
      expect(discarded).toMatchObject({ code: 1, stdout: '0 calls are removed.\n' });
      expect(discarded.output).toContain(`No failed call has the id "no id", "undeclared.id", "${first.id}"`);
    });

    it('discard --all: nothing is left', async () => {
      expect(await app.json('discard', '--all')).toEqual({ discarded: 1, unknown: [] });
      expect(await crashed.state()).toBeNull();
    });

    it('a broker that is away: it ends with the reason, and soon', async () => {
      const { code, stdout, output } = await away;
      expect(output).toContain(`The ${kind} broker did not answer the first connection`);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    });
  });
}
