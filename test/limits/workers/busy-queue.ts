import { expect, it } from 'vitest';
import { LONG } from '../../crashes/seed.js';
import { until } from '../../support/until.js';
import { type Cast, count, figures } from './cast.js';
import { moments, worstWindow } from './windows.js';

const CALLS = LONG ? 60 : 12;
/** As many as the workers run at once. */
const SLOTS = 4;
const BUSY = 3_000;
const OTHERS = 40;

/** Calls whose turn comes while workers have no room. */
export function busyQueue(cast: () => Cast): void {
  it('calls that missed their turn for want of room begin as soon as there is room, before others, at their rate', async () => {
    const { ledger } = cast();
    const of = (calls: number) => Array.from({ length: calls }, () => '');
    const squeezed = await cast().call('squeezed', of(CALLS));
    await until(() => ledger.of('deferred', 'squeezed').length >= CALLS - 2);
    const busy = await cast().call('busy', of(SLOTS), BUSY);
    const others = await cast().call('busy', of(OTHERS), 50);
    expect(count(await cast().ends([...squeezed, ...busy, ...others]))).toEqual({
      succeeded: CALLS + SLOTS + OTHERS,
    });
    const stays = ledger.stays('busy').toSorted((a, b) => a.from - b.from);
    const taken = Math.max(...stays.slice(0, SLOTS).map(({ from }) => from));
    const free = Math.min(...stays.slice(0, SLOTS).map(({ to }) => to));
    const starts = ledger.starts('squeezed').toSorted((a, b) => a - b);
    const after = starts.filter((at) => at > taken);
    const first = (after[0] ?? Infinity) - free;
    const last = (after.at(-1) ?? Infinity) - free;
    figures('a busy queue', { before: CALLS - after.length, first, last });
    expect(first).toBeLessThan(500);
    expect(last).toBeLessThan(after.length * 200 * 1.05 + 1_500);
    expect(
      worstWindow(moments(starts), { limit: 5, burst: 1, tolerance: 100, shortest: 1_000 }).excess,
    ).toBeLessThanOrEqual(0);
    expect(ledger.of('deferred', 'squeezed').length / CALLS).toBeLessThanOrEqual(2);
  });
}
