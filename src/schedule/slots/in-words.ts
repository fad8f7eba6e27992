import cronstrue from 'cronstrue';
import { formatDuration } from '../../tasks/duration.js';
import { cronFields } from './cron-fields.js';
import type { When } from './when.js';

/** A schedule for people, in English: "At 03:00 AM", "every 10 minutes", "once, at 2026-03-29T01:00:00.000Z". */
export function inWords(when: When): string {
  if ('at' in when) return `once, at ${new Date(when.at).toISOString()}`;
  return 'every' in when ? intervalInWords(when.every) : cronInWords(when.cron);
}

const UNITS: Readonly<Record<string, string>> = {
  ms: 'millisecond',
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
};

function intervalInWords(every: number): string {
  const amount = Number.parseInt(formatDuration(every), 10);
  const unit = UNITS[formatDuration(every).slice(String(amount).length)];
  return amount === 1 ? `every ${unit}` : `every ${amount} ${unit}s`;
}

function cronInWords(cron: string): string {
  try {
    return cronstrue.toString(cronFields(cron).fields.join(' ').replaceAll('?', '*'));
  } catch {
    // It reads a little less than cron-parser does; the expression itself says it too.
    return cron;
  }
}
