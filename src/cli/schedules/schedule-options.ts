import { timezone } from '../../schedule/index.js';
import type { OptionTable } from '../read-options.js';
import { TOOL_OPTIONS } from '../tool/tool-options.js';

export const SCHEDULE_OPTIONS = {
  ...TOOL_OPTIONS,
  tz: { value: '<zone>', about: "Show times of this zone. Default: this machine's.", parse: timezone },
} satisfies OptionTable;

/** The zone of whoever looks. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;
