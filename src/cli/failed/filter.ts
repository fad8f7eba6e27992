import type { FailedFilter } from '../../tasks/index.js';
import type { OptionValues } from '../read-options.js';
import type { FILTER_OPTIONS } from './failed-options.js';
import { toDate } from './moment.js';

export type FilterValues = OptionValues<typeof FILTER_OPTIONS>;

/** @param now the store's time */
export function toFilter(values: FilterValues, now: number): FailedFilter {
  const { queue, task, state, error, since, before } = values;
  return {
    ...(queue !== undefined && { queue }),
    ...(task !== undefined && { task }),
    ...(state !== undefined && { state }),
    ...(error !== undefined && { error }),
    ...(since !== undefined && { since: toDate(since, now) }),
    ...(before !== undefined && { before: toDate(before, now) }),
  };
}
