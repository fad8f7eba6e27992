import { UsageError } from '../errors.js';
import type { CommandLine } from '../read-options.js';
import { type CHANGE_OPTIONS, FILTER_OPTIONS } from './failed-options.js';
import type { FilterValues } from './filter.js';

/** The calls that are to be changed. */
export type Selection = { readonly ids: readonly string[] } | { readonly filter: FilterValues };

/** Ids, or what matches; all of them only if that is said. @throws {@link UsageError} */
export function readSelection(command: string, line: CommandLine<typeof CHANGE_OPTIONS>): Selection {
  const { options, positionals: ids } = line;
  const filters = Object.keys(options).filter((name) => name in FILTER_OPTIONS);
  const more = [...filters, ...(options.all ? ['all'] : [])].map((name) => `--${name}`);
  if (ids.length > 0 && more.length > 0) {
    throw new UsageError(command, `${command}: there are ids and ${more.join(', ')}. Give one or the other.`);
  }
  if (ids.length > 0) return { ids: [...new Set(ids)] };
  if (more.length > 0) return { filter: options };
  throw new UsageError(
    command,
    `${command}: which calls? Name ids, or filters (--task, --error, …), or --all for all failed calls.`,
  );
}
