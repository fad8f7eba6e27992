/*
 * What the numbering of both stores goes by. A tenant's call has the number of the round it runs in: one more than the
 * tenant's last, or a little before the round that is being run, for one that has had less than others.
 */

/** So many calls a tenant may have before the round that is being run. */
export const CREDIT = 16;
/** So many calls that go before others move the round on by one: newcomers without end keep nobody waiting for ever. */
export const PASSES_PER_ROUND = 16;
/** Numbers that were given so long ago, in ms, belong to calls that are stored. */
export const SETTLED_AFTER = 1_000;
/** Above this, numbering begins anew as soon as nothing waits. */
export const LAST_ROUND = 2 ** 27;
